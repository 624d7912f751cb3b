package hkshost

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"sort"
	"strconv"
	"strings"
)

// The fields of an answer. `status` alone is also a common field of data, so it only counts among these.
var answerFields = []string{"status", "headers", "multiValueHeaders", "cookies", "body", "isBase64Encoded"}

// Headers that frame the answer or belong to the connection: the host sets them.
var ownHeaders = map[string]bool{
	"Connection": true, "Content-Length": true, "Keep-Alive": true, "Proxy-Connection": true,
	"Te": true, "Trailer": true, "Transfer-Encoding": true, "Upgrade": true,
}

// resultError is why a handler's result cannot be sent.
type resultError struct{ reason string }

func (e *resultError) Error() string {
	return "the handler's result cannot be sent: " + e.reason
}

func unsendable(format string, values ...interface{}) error {
	return &resultError{fmt.Sprintf(format, values...)}
}

// toAnswer maps the result of a handler of type http.
func toAnswer(result interface{}) (*answer, error) {
	fields, isStruct, ok := fieldsOf(result)
	if ok {
		status, err := statusOf(fields, isStruct)
		if err != nil {
			return nil, err
		}
		if status != 0 {
			return fieldsToAnswer(status, fields)
		}
	}
	a := newAnswer(http.StatusOK)
	return a, a.setBody(result)
}

// toDocument makes the whole result JSON, whatever fields it has.
func toDocument(result interface{}) (*answer, error) {
	if stream := newStream(result); stream != nil {
		stream.close()
		return nil, unsendable("a stream is not JSON")
	}
	data, err := encodeJSON(result)
	if err != nil {
		return nil, unsendable("it is not JSON: %v", err)
	}
	a := newAnswer(http.StatusOK)
	a.body = data
	a.setType(typeJSON)
	return a, nil
}

// statusOf is the status that an answer's fields name, 0 where they are not those of an answer.
func statusOf(fields map[string]interface{}, isStruct bool) (int, error) {
	for _, name := range []string{"statusCode", "status_code"} {
		if value, has := fields[name]; has {
			return checkStatus(name, value, isStruct)
		}
	}
	status, has := fields["status"]
	if !has {
		return 0, nil
	}
	for name := range fields {
		if !isAnswerField(name) {
			return 0, nil
		}
	}
	if _, isNumber := wholeNumber(status); !isNumber {
		return 0, nil
	}
	return checkStatus("status", status, isStruct)
}

func isAnswerField(name string) bool {
	if name == "statusCode" || name == "status_code" {
		return true
	}
	for _, field := range answerFields {
		if name == field {
			return true
		}
	}
	return false
}

func checkStatus(name string, value interface{}, isStruct bool) (int, error) {
	number, ok := wholeNumber(value)
	if ok && number == 0 && isStruct {
		// What a struct does not set is zero.
		return http.StatusOK, nil
	}
	if text, isText := value.(string); isText && len(text) == 3 {
		parsed, err := strconv.ParseUint(text, 10, 16)
		number, ok = int64(parsed), err == nil
	}
	if !ok || number < 200 || number > 599 {
		return 0, unsendable("%s must be a number from 200 to 599, not %s", name, encodeField(value))
	}
	return int(number), nil
}

func wholeNumber(value interface{}) (int64, bool) {
	inner := reflect.ValueOf(value)
	switch inner.Kind() {
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return inner.Int(), true
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return int64(inner.Uint()), inner.Uint() < 1<<62
	case reflect.Float32, reflect.Float64:
		number := int64(inner.Float())
		return number, float64(number) == inner.Float()
	}
	if number, is := value.(json.Number); is {
		whole, err := number.Int64()
		return whole, err == nil
	}
	return 0, false
}

func fieldsToAnswer(status int, fields map[string]interface{}) (*answer, error) {
	a := newAnswer(status)
	for _, name := range []string{"multiValueHeaders", "headers"} {
		if err := a.addHeaders(name, fields[name]); err != nil {
			return nil, err
		}
	}
	if !isNothing(fields["cookies"]) {
		for _, cookie := range listOf(fields["cookies"]) {
			text, err := headerValue("set-cookie", cookie)
			if err != nil {
				return nil, err
			}
			a.header.Add("Set-Cookie", text)
		}
	}
	body := fields["body"]
	if isEncoded, _ := fields["isBase64Encoded"].(bool); isEncoded {
		if text, is := body.(string); is {
			decoded, err := base64.StdEncoding.Strict().DecodeString(text)
			if err != nil {
				return nil, unsendable("its body is not Base64: %v", err)
			}
			body = decoded
		}
	}
	return a, a.setBody(body)
}

func (a *answer) addHeaders(field string, given interface{}) error {
	if isNothing(given) {
		return nil
	}
	headers, _, ok := fieldsOf(given)
	if !ok {
		return unsendable("%s must be a map", field)
	}
	names := make([]string, 0, len(headers))
	for name := range headers {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		if !isToken(name) {
			return unsendable("%q is not a header name", name)
		}
		key := http.CanonicalHeaderKey(name)
		for _, value := range listOf(headers[name]) {
			if isNothing(value) {
				continue
			}
			text, err := headerValue(name, value)
			if err != nil {
				return err
			}
			if !ownHeaders[key] && !contains(a.header[key], text) {
				a.header[key] = append(a.header[key], text)
			}
		}
	}
	return nil
}

// listOf gives the items of a list, and a single value as the only one.
func listOf(value interface{}) []interface{} {
	list := reflect.ValueOf(value)
	if list.Kind() != reflect.Slice && list.Kind() != reflect.Array || isMarshaler(value) {
		return []interface{}{value}
	}
	items := make([]interface{}, list.Len())
	for index := range items {
		items[index] = list.Index(index).Interface()
	}
	return items
}

// headerValue is a text, number or bool as it goes on the wire: characters beyond ASCII as UTF-8.
func headerValue(name string, value interface{}) (string, error) {
	text, ok := plainText(value)
	if !ok {
		return "", unsendable("header '%s' must be a text, number or bool", name)
	}
	for index := 0; index < len(text); index++ {
		if text[index] < ' ' && text[index] != '\t' || text[index] == 0x7f {
			return "", unsendable("header '%s' holds a control character", name)
		}
	}
	return text, nil
}

// plainText is what a value looks like in JSON, without quotes, where it is neither list nor object.
func plainText(value interface{}) (string, bool) {
	data, err := encodeJSON(value)
	if err != nil || len(data) == 0 || strings.IndexByte("[{n", data[0]) >= 0 {
		return "", false
	}
	if data[0] != '"' {
		return string(data), true
	}
	var text string
	return text, json.Unmarshal(data, &text) == nil
}

func contains(texts []string, text string) bool {
	for _, known := range texts {
		if known == text {
			return true
		}
	}
	return false
}

// setBody takes text as it is, bytes as they are, what can be read as a stream, and everything else as JSON.
func (a *answer) setBody(body interface{}) error {
	if a.stream = newStream(body); a.stream != nil {
		return nil
	}
	if isNothing(body) {
		return nil
	}
	inner := reflect.ValueOf(body)
	switch {
	case isMarshaler(body):
	case inner.Kind() == reflect.String:
		a.body = []byte(inner.String())
		a.setType(typeText)
		return nil
	case inner.Kind() == reflect.Slice && inner.Type().Elem().Kind() == reflect.Uint8:
		a.body = inner.Bytes()
		a.setType(typeBinary)
		return nil
	}
	data, err := encodeJSON(body)
	if err != nil {
		return unsendable("it is not JSON: %v", err)
	}
	a.body = data
	a.setType(typeJSON)
	return nil
}
