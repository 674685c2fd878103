package stores

import (
	"runtime"
	"syscall"
)

// PeakMemory returns the largest amount of memory that the process had, in MB,
// whatever it was for.
func PeakMemory() int {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return 0
	}
	if runtime.GOOS == "darwin" {
		return int(usage.Maxrss >> 20) // bytes there, kilobytes elsewhere
	}
	return int(usage.Maxrss >> 10)
}
