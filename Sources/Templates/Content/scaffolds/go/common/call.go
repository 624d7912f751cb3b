package function

import (
	"context"
	"fmt"
	"log"
)

// Call is what the platform tells about the call that runs. What it puts into the context has these methods, so there is
// nothing to import; README.md lists those that can be added.
type Call interface {
	RequestID() string
	FunctionName() string
	// The following log a message and pairs of keys and values, as log/slog does; the line names the call.
	Debug(message string, pairs ...any)
	Info(message string, pairs ...any)
	Warn(message string, pairs ...any)
	Error(message string, pairs ...any)
}

// CallFrom gives the call to which a context belongs. In a unit test there is none: log lines are then only printed.
func CallFrom(ctx context.Context) Call {
	if call, ok := ctx.Value("hks.call").(Call); ok {
		return call
	}
	return noCall{}
}

type noCall struct{}

func (noCall) RequestID() string                  { return "" }
func (noCall) FunctionName() string               { return "{{name}}" }
func (noCall) Debug(message string, pairs ...any) { printLine("debug", message, pairs) }
func (noCall) Info(message string, pairs ...any)  { printLine("info", message, pairs) }
func (noCall) Warn(message string, pairs ...any)  { printLine("warn", message, pairs) }
func (noCall) Error(message string, pairs ...any) { printLine("error", message, pairs) }

func printLine(level, message string, pairs []any) {
	log.Print(level, ": ", message, " ", fmt.Sprintln(pairs...))
}
