// Package outreach holds meetings with the public: where, who came, and what was
// said and asked.
//
// It owns the kind outreach. Its records lie in
// the record store; it has no tables of its own.
package outreach
