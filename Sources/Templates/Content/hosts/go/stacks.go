package hkshost

import (
	"fmt"
	"reflect"
	"runtime"
	"strings"
)

var hostPackage = reflect.TypeOf(Call{}).PkgPath()

// panicError is what a function panicked with, and where.
type panicError struct {
	value interface{}
	stack string
}

func (e *panicError) Error() string {
	if e.value == nil {
		return "the handler ended its goroutine"
	}
	return fmt.Sprintf("panic: %v", e.value)
}

// newPanicError describes a panic; to be called by the deferred function that recovers from it.
func newPanicError(value interface{}) *panicError {
	return &panicError{value, userStack()}
}

// describe shows an error with its stack, where it has one.
func describe(err error) string {
	if failure, ok := err.(*panicError); ok && failure.stack != "" {
		return failure.Error() + "\n\n" + failure.stack
	}
	return fmt.Sprintf("%+v", err)
}

// userStack shows the calls that lead here without those of the host and of Go's runtime.
func userStack() string {
	counters := make([]uintptr, 64)
	frames := runtime.CallersFrames(counters[:runtime.Callers(2, counters)])
	var lines []string
	for {
		frame, more := frames.Next()
		if frame.Function != "" && !isHostFrame(frame.Function) {
			lines = append(lines, fmt.Sprintf("%s(...)\n\t%s:%d", frame.Function, frame.File, frame.Line))
		}
		if !more {
			return strings.Join(lines, "\n")
		}
	}
}

func isHostFrame(function string) bool {
	for _, name := range []string{hostPackage, "runtime", "reflect"} {
		if strings.HasPrefix(function, name+".") {
			return true
		}
	}
	return false
}
