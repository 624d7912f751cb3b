// Package function holds the handlers of the host contract; `PROBE` picks one.
package function

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strconv"
	"sync"
	"time"
)

// Event is any event.
type Event = map[string]interface{}

// Call is what the host puts into the context.
type Call interface {
	RequestID() string
	FunctionName() string
	FunctionVersion() string
	MemoryLimitInMB() int
	Type() string
	Traceparent() string
	Tracestate() string
	RemainingTime() time.Duration
	Info(message string, pairs ...interface{})
	Warn(message string, pairs ...interface{})
}

var probes = map[string]func(context.Context, Event) (interface{}, error){
	"echo":             echo,
	"reflect":          reflect,
	"nothing":          nothing,
	"raw":              raw,
	"raw_body":         rawBody,
	"fail":             fail,
	"slow":             slow,
	"slow_async":       slowAsync,
	"crowd":            crowd,
	"talk":             talk,
	"stream":           stream,
	"stream_fail":      streamFail,
	"flood":            flood,
	"big":              big,
	"tell":             tell,
	"unsendable":       unsendable,
	"reply":            reply,
	"retry_odd":        retryOdd,
	"log_event":        logEvent,
	"unknown_failures": unknownFailures,
	"quiet":            quiet,
	"refuse_event":     refuseEvent,
}

func init() {
	fmt.Println("outside of calls")
}

// Handler does what `PROBE` says.
func Handler(ctx context.Context, event Event) (interface{}, error) {
	return probes[os.Getenv("PROBE")](ctx, event)
}

func callOf(ctx context.Context) Call {
	return ctx.Value("hks.call").(Call)
}

func query(event Event, name string) string {
	return event["query"].(map[string]interface{})[name].(string)
}

func echo(_ context.Context, event Event) (interface{}, error) {
	return event, nil
}

// reflect makes the request's JSON the result.
func reflect(_ context.Context, event Event) (interface{}, error) {
	return event["data"], nil
}

func nothing(context.Context, Event) (interface{}, error) {
	return nil, nil
}

func raw(context.Context, Event) (interface{}, error) {
	return []byte{0, 255, 10}, nil
}

func rawBody(context.Context, Event) (interface{}, error) {
	return struct {
		Status  int               `json:"statusCode"`
		Body    []byte            `json:"body"`
		Headers map[string]string `json:"headers"`
	}{201, []byte{0, 255}, map[string]string{"Content-Type": "image/x-dots"}}, nil
}

func fail(context.Context, Event) (interface{}, error) {
	fmt.Println("about to fail")
	panic(errors.New("secret 42"))
}

// slow does not look at its context.
func slow(_ context.Context, event Event) (interface{}, error) {
	fmt.Println("begun")
	seconds, err := strconv.ParseFloat(query(event, "s"), 64)
	time.Sleep(time.Duration(seconds * float64(time.Second)))
	return "done", err
}

// slowAsync ends when its context does.
func slowAsync(ctx context.Context, event Event) (interface{}, error) {
	fmt.Println("begun")
	seconds, err := strconv.ParseFloat(query(event, "s"), 64)
	if err != nil {
		return nil, err
	}
	select {
	case <-time.After(time.Duration(seconds * float64(time.Second))):
		return "done", nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

var crowdCount struct {
	sync.Mutex
	running, most int
}

func crowd(context.Context, Event) (interface{}, error) {
	crowdCount.Lock()
	crowdCount.running++
	if crowdCount.most < crowdCount.running {
		crowdCount.most = crowdCount.running
	}
	crowdCount.Unlock()
	time.Sleep(50 * time.Millisecond)
	crowdCount.Lock()
	defer crowdCount.Unlock()
	crowdCount.running--
	return crowdCount.most, nil
}

func talk(ctx context.Context, event Event) (interface{}, error) {
	name := query(event, "name")
	fmt.Printf("first %s\n", name)
	time.Sleep(50 * time.Millisecond)
	fmt.Fprintf(os.Stderr, "second %s\n", name)
	callOf(ctx).Warn("third " + name)
	fmt.Printf("{\"level\": \"debug\", \"message\": \"fourth %s\", \"colour\": \"red\"}\n", name)
	fmt.Printf("fifth %s\n", name)
	return "talked", nil
}

func stream(ctx context.Context, _ Event) (interface{}, error) {
	lines := make(chan string)
	go func() {
		defer close(lines)
		for number := 0; number < 3; number++ {
			select {
			case lines <- fmt.Sprintf("line %d\n", number):
			case <-ctx.Done():
				return
			}
		}
	}()
	return lines, nil
}

func streamFail(context.Context, Event) (interface{}, error) {
	pieces := make(chan interface{}, 2)
	pieces <- "a"
	pieces <- errors.New("broken")
	return pieces, nil
}

func flood(context.Context, Event) (interface{}, error) {
	return bytes.NewReader(bytes.Repeat([]byte("x"), 64*65536)), nil
}

func big(context.Context, Event) (interface{}, error) {
	return string(bytes.Repeat([]byte("x"), 8_000_000)), nil
}

func tell(ctx context.Context, _ Event) (interface{}, error) {
	call := callOf(ctx)
	return map[string]interface{}{
		"request_id":       call.RequestID(),
		"function_name":    call.FunctionName(),
		"function_version": call.FunctionVersion(),
		"memory":           call.MemoryLimitInMB(),
		"remaining":        call.RemainingTime().Milliseconds(),
		"traceparent":      call.Traceparent(),
		"tracestate":       call.Tracestate(),
		"type":             call.Type(),
	}, nil
}

func unsendable(context.Context, Event) (interface{}, error) {
	return map[string]interface{}{"value": func() {}}, nil
}

// reply answers an event with one that holds it.
func reply(_ context.Context, event Event) (interface{}, error) {
	return map[string]interface{}{"type": "test.reply", "source": "/tést", "data": event}, nil
}

// retryOdd asks for the records of a batch whose data is odd to come again.
func retryOdd(ctx context.Context, event Event) (interface{}, error) {
	type failure struct {
		ID string `json:"id"`
	}
	var answer struct {
		Failures []failure `json:"batchItemFailures"`
	}
	records := event["records"].([]interface{})
	callOf(ctx).Info(fmt.Sprintf("batch of %d from %s", len(records), event["source"]))
	for _, record := range records {
		record := record.(map[string]interface{})
		if int(record["data"].(float64))%2 != 0 {
			answer.Failures = append(answer.Failures, failure{record["id"].(string)})
		}
	}
	return answer, nil
}

func logEvent(ctx context.Context, event Event) (interface{}, error) {
	text, err := json.Marshal(event)
	callOf(ctx).Info(string(text))
	return nil, err
}

func unknownFailures(context.Context, Event) (interface{}, error) {
	return map[string]interface{}{"batchItemFailures": []map[string]string{{"id": "never-sent"}}}, nil
}

func quiet(_ context.Context, event Event) (interface{}, error) {
	return event["data"], nil
}

func refuseEvent(context.Context, Event) (interface{}, error) {
	return nil, errors.New("not now")
}
