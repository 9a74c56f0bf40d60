package journal_test

import (
	"strconv"
	"syscall"
)

// limitFiles bounds the size of every file this process writes, as a disk does
// that is nearly full; "none" takes the bound away and "" does nothing.
func limitFiles(bytes string) error {
	if bytes == "" {
		return nil
	}
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
		return err
	}
	limit.Cur = limit.Max
	if bytes != "none" {
		n, err := strconv.ParseUint(bytes, 10, 64)
		if err != nil {
			return err
		}
		limit.Cur = n
	}
	return syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit)
}
