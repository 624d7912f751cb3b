package hkshost

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"sort"
	"strings"
)

// reply is a handler's result that is meant as a CloudEvent, by its names in JSON.
type reply map[string]interface{}

// asReply gives the event that a result is, nil where it is none. What the handler left out or empty is left to the host.
func asReply(result interface{}) reply {
	fields, _, ok := fieldsOf(result)
	if !ok {
		return nil
	}
	event := reply{"specversion": "1.0", "id": newID()}
	for name, value := range fields {
		if !isUnset(value) {
			event[name] = value
		}
	}
	for _, name := range []string{"type", "source"} {
		if text, isText := plainText(event[name]); event[name] == nil || !isText || text == "" {
			return nil
		}
	}
	return event
}

// isUnset tells whether a field holds what it holds where nobody sets it; an attribute cannot be empty.
func isUnset(value interface{}) bool {
	if zero, is := value.(interface{ IsZero() bool }); is && !isNothing(value) && zero.IsZero() {
		return true
	}
	return isNothing(value) || value == ""
}

// encode gives an answer in binary mode.
func (e reply) encode() (*answer, error) {
	a := newAnswer(http.StatusOK)
	for _, name := range e.attributes() {
		if name == "datacontenttype" {
			continue
		}
		text, err := e.attribute(name)
		if err != nil {
			return nil, err
		}
		a.header.Set("Ce-"+name, escapeHeader(text))
	}
	if e["datacontenttype"] != nil {
		contentType, err := headerValue("datacontenttype", e["datacontenttype"])
		if err != nil {
			return nil, err
		}
		a.header.Set("Content-Type", contentType)
	}
	return a, e.addData(a)
}

// addData makes the event's data the body.
func (e reply) addData(a *answer) error {
	data, encoded := e["data"], e["data_base64"]
	if text, is := encoded.(string); is {
		decoded, err := base64.StdEncoding.Strict().DecodeString(text)
		if err != nil {
			return unsendable("its data_base64 is not Base64: %v", err)
		}
		data = decoded
	} else if encoded != nil {
		data = encoded
	}
	if data == nil {
		return nil
	}
	media, _, _ := strings.Cut(a.header.Get("Content-Type"), ";")
	isJSON := media == "" || jsonMedia.MatchString(strings.ToLower(strings.TrimSpace(media)))
	_, isBytes := data.([]byte)
	if _, isText := data.(string); isBytes || isText && !isJSON {
		return a.setBody(data)
	}
	body, err := encodeJSON(data)
	if err != nil {
		return unsendable("its data is not JSON: %v", err)
	}
	a.body = body
	a.setType(typeJSON)
	return nil
}

// attributes are the names of all but the data, in order.
func (e reply) attributes() []string {
	names := make([]string, 0, len(e))
	for name := range e {
		if name != "data" && name != "data_base64" {
			names = append(names, name)
		}
	}
	sort.Strings(names)
	return names
}

func (e reply) attribute(name string) (string, error) {
	if !attributeName.MatchString(name) {
		return "", unsendable("%q is not the name of an attribute", name)
	}
	text, ok := plainText(e[name])
	if !ok {
		return "", unsendable("attribute '%s' must be a text, number or bool", name)
	}
	return text, nil
}

// encodeBatch gives several events in one answer, which binary mode cannot hold.
func encodeBatch(events []reply) (*answer, error) {
	for _, event := range events {
		for _, name := range event.attributes() {
			if _, err := event.attribute(name); err != nil {
				return nil, err
			}
		}
		if data, is := event["data"].([]byte); is {
			event["data_base64"] = data
			delete(event, "data")
		}
	}
	body, err := encodeJSON(events)
	if err != nil {
		return nil, unsendable("it is not JSON: %v", err)
	}
	a := newAnswer(http.StatusOK)
	a.header.Set("Content-Type", typeBatched)
	a.body = body
	return a, nil
}

// escapeHeader encodes all but the printable ASCII characters, and space, quote and percent.
func escapeHeader(text string) string {
	var escaped bytes.Buffer
	for index := 0; index < len(text); index++ {
		if char := text[index]; char > ' ' && char < 0x7f && char != '"' && char != '%' {
			escaped.WriteByte(char)
		} else {
			fmt.Fprintf(&escaped, "%%%02X", char)
		}
	}
	return escaped.String()
}

// eventMapping makes a call of every CloudEvent of a request; a result that is a CloudEvent is the reply.
type eventMapping struct{}

func (eventMapping) events(call *Call) ([][]byte, error) {
	parsed, err := parseEvents(call.request)
	if err != nil {
		return nil, err
	}
	events := make([][]byte, len(parsed))
	for index, event := range parsed {
		if events[index], err = json.Marshal(event); err != nil {
			return nil, err
		}
	}
	return events, nil
}

func (eventMapping) answer(call *Call, results []interface{}) (*answer, error) {
	var replies []reply
	for _, result := range results {
		failure, isAnswer, err := askedFailure(result)
		if failure != nil || err != nil {
			return failure, err
		}
		if event := asReply(result); event != nil {
			replies = append(replies, event)
		} else if !isAnswer && !isNothing(result) {
			logLine("debug", "the handler's result is not a CloudEvent and was dropped", call)
		}
	}
	switch len(replies) {
	case 0:
		return newAnswer(http.StatusNoContent), nil
	case 1:
		return replies[0].encode()
	default:
		return encodeBatch(replies)
	}
}

func (eventMapping) refusal(*Call, *eventError) *refusal { return nil }

// askedFailure is an answer that the handler asked for and that is not a success.
func askedFailure(result interface{}) (failure *answer, isAnswer bool, err error) {
	fields, _, _ := fieldsOf(result)
	_, long := fields["statusCode"]
	_, snake := fields["status_code"]
	if !long && !snake {
		return nil, false, nil
	}
	a, err := toAnswer(result)
	if err != nil || a.status < 300 {
		return nil, true, err
	}
	return a, true, nil
}
