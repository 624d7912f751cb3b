package hkshost

import (
	"encoding/json"
	"errors"
	"strings"
	"time"
	"unicode/utf8"
)

// directHeader marks calls whose event and answer are the bare values. Set by the platform only: the gateway takes it
// away from everyone else's requests.
const directHeader = "x-hks-direct"

// httpMapping makes one call of a request; the result is the answer.
type httpMapping struct{}

// httpEvent is what a handler of type http is given.
type httpEvent struct {
	HTTPMethod      string              `json:"httpMethod"`
	Path            string              `json:"path"`
	Headers         map[string]string   `json:"headers"`
	MultiHeaders    map[string][]string `json:"multiValueHeaders"`
	QueryParameters map[string]string   `json:"queryStringParameters"`
	MultiQuery      map[string][]string `json:"multiValueQueryStringParameters"`
	Query           map[string]string   `json:"query"`
	RawQuery        string              `json:"rawQueryString"`
	Cookies         []string            `json:"cookies"`
	Body            *string             `json:"body"`
	IsBase64Encoded bool                `json:"isBase64Encoded"`
	Data            json.RawMessage     `json:"data"`
	Context         requestContext      `json:"requestContext"`
}

type requestContext struct {
	RequestID    string   `json:"requestId"`
	FunctionName string   `json:"functionName"`
	HTTPMethod   string   `json:"httpMethod"`
	Path         string   `json:"path"`
	Protocol     string   `json:"protocol"`
	Epoch        int64    `json:"requestTimeEpoch"`
	Identity     identity `json:"identity"`
}

type identity struct {
	SourceIP  *string `json:"sourceIp"`
	UserAgent *string `json:"userAgent"`
}

func (httpMapping) events(call *Call) ([][]byte, error) {
	r := call.request
	if isDirect(r) {
		if !utf8.Valid(r.body) || !json.Valid(r.body) {
			return nil, refuse(400, "the body of a direct call must be JSON")
		}
		return [][]byte{r.body}, nil
	}
	headers := make(map[string]string, len(r.headers))
	for name, values := range r.headers {
		separator := ", "
		if name == "cookie" {
			separator = "; "
		}
		headers[name] = strings.Join(values, separator)
	}
	parameters := parseQuery(r.query)
	single := make(map[string]string, len(parameters))
	for name, values := range parameters {
		single[name] = values[len(values)-1]
	}
	body := readContent(r)
	event, err := encodeJSON(httpEvent{
		HTTPMethod:      r.method,
		Path:            r.path,
		Headers:         headers,
		MultiHeaders:    r.headers,
		QueryParameters: single,
		MultiQuery:      parameters,
		Query:           single,
		RawQuery:        r.query,
		Cookies:         splitCookies(headers["cookie"]),
		Body:            body.text,
		IsBase64Encoded: body.isBase64,
		Data:            body.data(r),
		Context: requestContext{
			RequestID:    call.requestID,
			FunctionName: call.FunctionName(),
			HTTPMethod:   r.method,
			Path:         r.path,
			Protocol:     r.protocol,
			Epoch:        time.Now().UnixNano() / int64(time.Millisecond),
			Identity:     identity{sourceOf(r), textOrNil(r.header("user-agent"))},
		},
	})
	return [][]byte{event}, err
}

func isDirect(r *request) bool {
	return r.headers[directHeader] != nil
}

func (httpMapping) answer(call *Call, results []interface{}) (*answer, error) {
	if isDirect(call.request) {
		return toDocument(results[0])
	}
	return toAnswer(results[0])
}

// refusal is not nil where the caller's data, and nothing else, is not what the handler's parameter is made for.
func (httpMapping) refusal(call *Call, err *eventError) *refusal {
	if isDirect(call.request) {
		// All of the event is the caller's.
		return refuse(400, "the request's body does not fit the handler: %v", err.cause)
	}
	var wrong *json.UnmarshalTypeError
	if errors.As(err.cause, &wrong) && (wrong.Field == "data" || strings.HasPrefix(wrong.Field, "data.")) {
		return refuse(400, "the request's %s must not be a JSON %s", wrong.Field, wrong.Value)
	}
	return nil
}

func splitCookies(header string) []string {
	cookies := []string{}
	for _, part := range strings.Split(header, ";") {
		if part = strings.TrimSpace(part); part != "" {
			cookies = append(cookies, part)
		}
	}
	return cookies
}

func sourceOf(r *request) *string {
	if forwarded := r.header("x-forwarded-for"); forwarded != "" {
		first, _, _ := strings.Cut(forwarded, ",")
		return textOrNil(strings.TrimSpace(first))
	}
	return textOrNil(r.remote)
}

func textOrNil(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}
