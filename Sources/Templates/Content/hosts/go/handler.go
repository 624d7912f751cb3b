package hkshost

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
)

var (
	contextType     = reflect.TypeOf((*context.Context)(nil)).Elem()
	errorType       = reflect.TypeOf((*error)(nil)).Elem()
	unmarshalerType = reflect.TypeOf((*json.Unmarshaler)(nil)).Elem()
)

// handler is the user's function, ready to be called with a context and an event.
type handler struct {
	function     reflect.Value
	takesContext bool
	// The type of the event; nil where the function takes none.
	event        reflect.Type
	hasResult    bool
	returnsError bool
}

// newHandler checks the form of a function.
func newHandler(name string, function interface{}) (*handler, error) {
	value := reflect.ValueOf(function)
	if value.Kind() != reflect.Func {
		return nil, fmt.Errorf("handler '%s' is no function but a %s", name, value.Kind())
	}
	if value.IsNil() {
		return nil, fmt.Errorf("handler '%s' cannot be called: it is nil", name)
	}
	form := value.Type()
	wrong := func(reason string) error {
		return fmt.Errorf("handler '%s' cannot be called: %s; write func(ctx context.Context, event T) (R, error), "+
			"or leave out what it does not need, instead of %s", name, reason, form)
	}
	h := &handler{function: value}
	inputs := h.takeInputs(form)
	switch {
	case form.IsVariadic():
		return nil, wrong("its parameters are variadic")
	case inputs != form.NumIn():
		return nil, wrong(fmt.Sprintf("nothing is known of its parameter %d", inputs+1))
	case h.event != nil && !isDecodable(h.event):
		return nil, wrong(fmt.Sprintf("its event of type %s cannot be read from JSON", h.event))
	}
	outputs := form.NumOut()
	if outputs > 0 && form.Out(outputs-1) == errorType {
		h.returnsError = true
		outputs--
	}
	h.hasResult = outputs == 1
	if outputs > 1 {
		return nil, wrong("it has more results than a value and an error")
	}
	return h, nil
}

// takeInputs tells how many parameters are understood.
func (h *handler) takeInputs(form reflect.Type) int {
	taken := 0
	if form.NumIn() > taken && form.In(taken) == contextType {
		h.takesContext = true
		taken++
	}
	if form.NumIn() > taken && form.In(taken) != contextType {
		h.event = form.In(taken)
		taken++
	}
	return taken
}

func isDecodable(form reflect.Type) bool {
	if reflect.PtrTo(form).Implements(unmarshalerType) {
		return true
	}
	switch form.Kind() {
	case reflect.Chan, reflect.Func, reflect.UnsafePointer, reflect.Complex64, reflect.Complex128:
		return false
	case reflect.Interface:
		return form.NumMethod() == 0
	case reflect.Ptr:
		return isDecodable(form.Elem())
	default:
		return true
	}
}

// call calls the function with an event that is JSON. A panic of the function goes through.
func (h *handler) call(ctx context.Context, event []byte) (interface{}, error) {
	var inputs []reflect.Value
	if h.takesContext {
		inputs = append(inputs, reflect.ValueOf(ctx))
	}
	if h.event != nil {
		value := reflect.New(h.event)
		if err := json.Unmarshal(event, value.Interface()); err != nil {
			return nil, &eventError{err}
		}
		inputs = append(inputs, value.Elem())
	}
	outputs := h.function.Call(inputs)
	if h.returnsError {
		if err, _ := outputs[len(outputs)-1].Interface().(error); err != nil {
			return nil, err
		}
	}
	if h.hasResult {
		return outputs[0].Interface(), nil
	}
	return nil, nil
}

// eventError tells that an event is not what the function's parameter is made for.
type eventError struct{ cause error }

func (e *eventError) Error() string {
	return "the event does not fit the handler's parameter: " + e.cause.Error()
}
