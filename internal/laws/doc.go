// Package laws holds no code that runs: its tests read the repository and keep
// the laws that a reviewer would otherwise have to remember.
//
//   - Imports point down the list of rooms; domains do not import one another.
//   - Every package says what it is for.
//   - The clock, the environment and the process belong to the edge.
//   - No mission is named in code: what is true of one mission is data.
//   - The architecture page names only packages and symbols that exist, the
//     dependency page exactly the modules that are imported.
//
// A new folder is added to rooms in rooms_test.go, at its level.
package laws
