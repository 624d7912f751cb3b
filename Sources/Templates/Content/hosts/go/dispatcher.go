package hkshost

import (
	"sync/atomic"
	"time"
)

// defaultConcurrency is how many calls run at once where the platform leaves the choice to the host.
const defaultConcurrency = 1000

// dispatcher decides when a call may run, and how long.
type dispatcher struct {
	application *application
	// Holds an item for every call that runs.
	places  chan struct{}
	running int32
}

func newDispatcher(application *application) *dispatcher {
	limit := application.settings.concurrency
	if limit == 0 {
		limit = defaultConcurrency
	}
	return &dispatcher{application: application, places: make(chan struct{}, limit)}
}

// dispatch runs a call in a goroutine of its own and hands its response to deliver. False where its time is over first:
// such a call gives its place back, for nothing tells whether it will ever end.
func (d *dispatcher) dispatch(call *Call, deliver func(response)) bool {
	isOver := time.NewTimer(call.RemainingTime())
	defer isOver.Stop()
	select {
	case d.places <- struct{}{}:
	case <-isOver.C:
		return false
	}
	atomic.AddInt32(&d.running, 1)
	defer func() {
		<-d.places
		atomic.AddInt32(&d.running, -1)
	}()
	done, abandoned := make(chan response), make(chan struct{})
	defer close(abandoned)
	go d.application.respond(call, func(given response) {
		select {
		case done <- given:
		case <-abandoned:
			if given.started != nil {
				given.started.stop()
			}
		}
	})
	select {
	case given := <-done:
		if given.status == 504 && given.header.Get("Content-Type") == "" && call.isOverdue() {
			return false
		}
		deliver(given)
		return true
	case <-isOver.C:
		return false
	}
}

// runningCalls is how many calls have a place.
func (d *dispatcher) runningCalls() int {
	return int(atomic.LoadInt32(&d.running))
}
