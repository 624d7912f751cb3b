package hkshost

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"regexp"
	"strings"
	"sync/atomic"
	"time"
)

// callKey is where handlers find their call in the context. A text, because a key of a type of our own could only be
// written by code that imports this package.
const callKey = "hks.call"

var (
	requestIDPattern   = regexp.MustCompile(`^[!-~]{1,128}$`)
	traceparentPattern = regexp.MustCompile(`^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}(?:-.*)?$`)
)

// Call is one request on its way through the handler, and what the handler is told about it. Functions declare an
// interface with those of its methods that they use, and take it from the context: ctx.Value("hks.call").
type Call struct {
	settings  *settings
	request   *request
	requestID string
	traceID   string
	deadline  time.Time
	// Done when the caller no longer waits.
	ctx context.Context
	// Not zero once the caller was told that it took too long.
	overdue int32
}

func newCall(ctx context.Context, r *request, s *settings, deadline time.Time) *Call {
	call := &Call{settings: s, request: r, deadline: deadline, requestID: r.header("x-request-id")}
	if !requestIDPattern.MatchString(call.requestID) {
		call.requestID = newID()
	}
	match := traceparentPattern.FindStringSubmatch(r.header("traceparent"))
	if match != nil && match[1] != "ff" && strings.Trim(match[2], "0") != "" && strings.Trim(match[3], "0") != "" {
		call.traceID = match[2]
	}
	call.ctx = context.WithValue(ctx, callKey, call) //nolint:staticcheck // See callKey.
	return call
}

// callOf is the call to which a context belongs, nil outside of calls.
func callOf(ctx context.Context) *Call {
	if ctx == nil {
		return nil
	}
	call, _ := ctx.Value(callKey).(*Call)
	return call
}

// RequestID names the call; also in every line that it logs.
func (c *Call) RequestID() string { return c.requestID }

// FunctionName is the name under which the function is deployed.
func (c *Call) FunctionName() string { return c.settings.functionName }

// FunctionVersion is the version that runs.
func (c *Call) FunctionVersion() string { return c.settings.functionVersion }

// MemoryLimitInMB is 0 where no limit is set.
func (c *Call) MemoryLimitInMB() int { return c.settings.memoryLimitMB }

// Type is http, event, scheduled or stream.
func (c *Call) Type() string { return c.settings.functionType }

// Traceparent is the caller's trace context, to hand on (W3C Trace Context).
func (c *Call) Traceparent() string { return c.request.header("traceparent") }

// Tracestate goes with Traceparent.
func (c *Call) Tracestate() string { return strings.Join(c.request.headers["tracestate"], ",") }

// RemainingTime is how long the call may still run. The context's deadline says the same.
func (c *Call) RemainingTime() time.Duration {
	if left := time.Until(c.deadline); left > 0 {
		return left
	}
	return 0
}

// Debug logs a message with pairs of keys and values, as all of the following do.
func (c *Call) Debug(message string, pairs ...interface{}) { logPairs("debug", message, c, pairs) }

// Info logs what is of interest.
func (c *Call) Info(message string, pairs ...interface{}) { logPairs("info", message, c, pairs) }

// Warn logs what somebody should look at.
func (c *Call) Warn(message string, pairs ...interface{}) { logPairs("warn", message, c, pairs) }

// Error logs a failure.
func (c *Call) Error(message string, pairs ...interface{}) { logPairs("error", message, c, pairs) }

func (c *Call) setOverdue() { atomic.StoreInt32(&c.overdue, 1) }

// isOverdue tells whether the call has lost its caller because its time is over.
func (c *Call) isOverdue() bool {
	return atomic.LoadInt32(&c.overdue) != 0 || !time.Now().Before(c.deadline)
}

func newID() string {
	id := make([]byte, 16)
	if _, err := rand.Read(id); err != nil {
		// Without random numbers the system is beyond repair.
		panic(err)
	}
	return hex.EncodeToString(id)
}
