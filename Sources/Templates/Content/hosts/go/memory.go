//go:build go1.19
// +build go1.19

package hkshost

import (
	"os"
	"runtime/debug"
)

func init() {
	adoptions = append(adoptions, limitMemory)
}

// limitMemory lets the collector work harder near the platform's limit, at which the process would be ended. The rest is
// for what the collector does not know of: stacks of the system, code, C libraries.
func limitMemory(settings *settings) {
	if settings.memoryLimitMB > 0 && os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(int64(settings.memoryLimitMB) << 20 / 10 * 9)
	}
}
