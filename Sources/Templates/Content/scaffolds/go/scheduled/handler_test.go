package function

import (
	"context"
	"reflect"
	"testing"
	"time"
)

func TestRunsOnTime(t *testing.T) {
	expectLines(t, time.Second, "run nightly at 2024-05-01T03:00:00Z")
}

func TestWarnsWhenLate(t *testing.T) {
	expectLines(t, 2*time.Minute, "run nightly at 2024-05-01T03:00:00Z", "late by 120 s")
}

func expectLines(t *testing.T, delay time.Duration, expected ...string) {
	t.Helper()
	scheduled := time.Date(2024, time.May, 1, 3, 0, 0, 0, time.UTC)
	run := Run{Schedule: "nightly", ScheduledTime: scheduled, FiredTime: scheduled.Add(delay), Attempt: 1}
	call := &recordedCall{}
	if err := Handler(context.WithValue(context.Background(), "hks.call", call), Event{Data: run}); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(call.lines, expected) {
		t.Errorf("got %q, want %q", call.lines, expected)
	}
}

// recordedCall keeps what is logged.
type recordedCall struct {
	noCall
	lines []string
}

func (c *recordedCall) Info(message string, _ ...any) { c.lines = append(c.lines, message) }
func (c *recordedCall) Warn(message string, _ ...any) { c.lines = append(c.lines, message) }
