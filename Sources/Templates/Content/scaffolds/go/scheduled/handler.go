// Package function does the nightly work.
package function

import (
	"context"
	"fmt"
	"time"
)

// Event tells that a schedule has fired.
type Event struct {
	Data Run `json:"data"`
}

// Run is one run of a schedule.
type Run struct {
	Schedule      string    `json:"schedule"`
	ScheduledTime time.Time `json:"scheduledTime"`
	FiredTime     time.Time `json:"firedTime"`
	Attempt       int       `json:"attempt"`
}

// Handler does the nightly work. An error makes the run come again.
func Handler(ctx context.Context, event Event) error {
	call, run := CallFrom(ctx), event.Data
	call.Info(fmt.Sprintf("run %s at %s", run.Schedule, run.ScheduledTime.Format(time.RFC3339)))
	if delay := run.FiredTime.Sub(run.ScheduledTime); delay > time.Minute {
		call.Warn(fmt.Sprintf("late by %d s", int(delay.Seconds())))
	}
	return nil
}
