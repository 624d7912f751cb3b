package hkshost

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strings"
	"unicode/utf8"
)

// CloudEvents 1.0.2 over HTTP: binary, structured and batched.
// https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md

const (
	typeStructured = "application/cloudevents+json"
	typeBatched    = "application/cloudevents-batch+json"
)

var (
	attributeName  = regexp.MustCompile(`^[a-z0-9]+$`)
	attributeValue = regexp.MustCompile(`^(?:"|true$|false$|-?[0-9]+$)`)
	quotedPair     = regexp.MustCompile(`\\(.)`)
)

// cloudEvent is an event in the JSON format.
type cloudEvent map[string]json.RawMessage

// parseEvents gives the events of a request.
func parseEvents(r *request) ([]cloudEvent, error) {
	media := r.mediaType()
	var events []cloudEvent
	switch {
	case media == typeStructured:
		var event cloudEvent
		if err := loadEvents(r, &event, "a JSON object is expected"); err != nil {
			return nil, err
		}
		events = []cloudEvent{event}
	case media == typeBatched:
		if err := loadEvents(r, &events, "a batch must be a JSON array of objects"); err != nil {
			return nil, err
		}
	case strings.HasPrefix(media, "application/cloudevents"):
		return nil, refuse(415, "CloudEvents in the form '%s' are not read; send JSON", media)
	case r.headers["ce-specversion"] == nil:
		return nil, noEvent("it has no ce-specversion header")
	default:
		event, err := eventOfHeaders(r)
		if err != nil {
			return nil, err
		}
		events = []cloudEvent{event}
	}
	for _, event := range events {
		if err := event.check(); err != nil {
			return nil, err
		}
	}
	return events, nil
}

func noEvent(reason string, values ...interface{}) *refusal {
	return refuse(400, "the request is not a CloudEvent: "+reason, values...)
}

func loadEvents(r *request, value interface{}, form string) error {
	if !json.Valid(r.body) || !utf8.Valid(r.body) {
		return noEvent("its body is not JSON")
	}
	if json.Unmarshal(r.body, value) != nil || string(bytes.TrimSpace(r.body)) == "null" {
		return noEvent("%s", form)
	}
	return nil
}

// check refuses what is no event, and completes what is one.
func (e cloudEvent) check() error {
	for name, value := range e {
		// In the JSON format an attribute that is null is absent.
		if name != "data" && string(value) == "null" {
			delete(e, name)
		}
	}
	for _, name := range []string{"specversion", "id", "source", "type"} {
		if e.text(name) == "" {
			return noEvent("attribute '%s' is missing or not a text", name)
		}
	}
	if version := e.text("specversion"); version != "1.0" {
		return refuse(400, "CloudEvents of version '%s' are not read, only 1.0", version)
	}
	_, hasData := e["data"]
	_, hasBytes := e["data_base64"]
	if hasData && hasBytes {
		return noEvent("it has both 'data' and 'data_base64'")
	}
	for name, value := range e {
		isData := name == "data" || name == "data_base64"
		if !isData && !(attributeName.MatchString(name) && attributeValue.Match(value)) {
			return noEvent("attribute '%s' is malformed", name)
		}
	}
	if !hasData && !hasBytes {
		e["data"] = json.RawMessage("null")
	}
	return nil
}

// text is an attribute's value where it is a text.
func (e cloudEvent) text(name string) string {
	var text string
	if json.Unmarshal(e[name], &text) != nil {
		return ""
	}
	return text
}

func (e cloudEvent) setText(name, text string) {
	e[name] = encodeField(text)
}

// eventOfHeaders reads an event in binary mode.
func eventOfHeaders(r *request) (cloudEvent, error) {
	event := cloudEvent{}
	for name, values := range r.headers {
		if !strings.HasPrefix(name, "ce-") {
			continue
		}
		if len(values) > 1 {
			return nil, noEvent("header '%s' is repeated", name)
		}
		text := values[0]
		if len(text) >= 2 && text[0] == '"' && text[len(text)-1] == '"' {
			text = quotedPair.ReplaceAllString(text[1:len(text)-1], "$1")
		}
		if text = unescape(text); !utf8.ValidString(text) {
			return nil, noEvent("header '%s' is not UTF-8", name)
		}
		event.setText(strings.TrimPrefix(name, "ce-"), text)
	}
	if contentType := r.header("content-type"); contentType != "" {
		event.setText("datacontenttype", contentType)
	}
	body := readContent(r)
	switch {
	case body.text == nil:
	case body.isBase64:
		event.setText("data_base64", *body.text)
	case r.mediaType() != "" && !jsonMedia.MatchString(r.mediaType()):
		event.setText("data", *body.text)
	default:
		data := body.data(r)
		if data == nil {
			return nil, noEvent("its data is not the JSON that its type promises")
		}
		event["data"] = data
	}
	return event, nil
}
