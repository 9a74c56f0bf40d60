package mission

import "time"

// defaultHold is how long most services wait.
const defaultHold = 24 * time.Hour

// maxHold is a month: what waits longer is not waiting for a family.
const maxHold = 30 * 24 * time.Hour

// Hold is how long nothing of a casualty goes out after its family was told, 24
// hours where mission.yaml says nothing.
func (m *Mission) Hold() time.Duration {
	if m.KinHold == "" {
		return defaultHold
	}
	d, err := time.ParseDuration(m.KinHold)
	if err != nil {
		return maxHold // the file was refused: nobody reads with it
	}
	return d
}

func (c *checker) hold() {
	if c.m.KinHold == "" {
		return
	}
	if d, err := time.ParseDuration(c.m.KinHold); err != nil || d < 0 || d > maxHold {
		c.bad("hold", "%q: write hours, as 24h; 720h at most", c.m.KinHold)
	}
}
