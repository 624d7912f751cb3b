package hkshost

import (
	"errors"
	"net/http"
)

// mapping is how requests of a function's type become calls, and results an answer.
type mapping interface {
	// events gives the event of every call that a request stands for.
	events(call *Call) ([][]byte, error)
	answer(call *Call, results []interface{}) (*answer, error)
	// refusal is not nil where the caller is to blame for an event that does not fit.
	refusal(call *Call, err *eventError) *refusal
}

// application is one function: its handler and how requests of its type map to calls.
type application struct {
	settings *settings
	handler  *handler
	mapping  mapping
}

func newApplication(settings *settings, handler *handler) *application {
	a := &application{settings: settings, handler: handler}
	switch settings.functionType {
	case "http":
		a.mapping = httpMapping{}
	case "stream":
		a.mapping = streamMapping{}
	default:
		a.mapping = eventMapping{}
	}
	return a
}

// response is an answer, with its stream where it has one.
type response struct {
	*answer
	started *startedStream
}

// respond answers a call. It always calls done, whatever the handler does to its goroutine.
func (a *application) respond(call *Call, done func(response)) {
	var given response
	var err error = &panicError{}
	defer func() {
		if value := recover(); value != nil {
			err = newPanicError(value)
		}
		if err != nil {
			given = response{answer: a.failure(call, err)}
		}
		done(given)
	}()
	given, err = a.run(call)
}

func (a *application) run(call *Call) (response, error) {
	events, err := a.mapping.events(call)
	if err != nil {
		return response{}, err
	}
	results := make([]interface{}, len(events))
	for index, event := range events {
		if results[index], err = a.handler.call(call.ctx, event); err != nil {
			return response{}, err
		}
	}
	answer, err := a.mapping.answer(call, results)
	if err != nil || answer.stream == nil {
		return response{answer: answer}, err
	}
	if call.request.method == http.MethodHead || !answer.hasBody() {
		answer.stream.close()
		return response{answer: answer}, nil
	}
	started, err := startStream(answer, call)
	return response{answer, started}, err
}

// failure is the answer for what went wrong.
func (a *application) failure(call *Call, err error) *answer {
	var refused *refusal
	var misfit *eventError
	if errors.As(err, &misfit) {
		refused = a.mapping.refusal(call, misfit)
	}
	if refused != nil || errors.As(err, &refused) {
		return errorAnswer(refused.status, refused.message)
	}
	if call.isOverdue() {
		// That is what its caller is told, and the log.
		return newAnswer(http.StatusGatewayTimeout)
	}
	description := describe(err)
	logLine("error", description, call)
	details := []field{{"request_id", call.requestID}}
	if a.settings.developing {
		details = append(details, field{"details", description})
	}
	return errorAnswer(http.StatusInternalServerError, "the function failed", details...)
}
