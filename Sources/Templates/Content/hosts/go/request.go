package hkshost

import (
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
)

// request is one request, its body complete.
type request struct {
	method string
	path   string
	query  string
	// Lower-case names; every value in the order of arrival.
	headers  map[string][]string
	body     []byte
	protocol string
	// Address of the peer; empty on a Unix socket.
	remote string
}

// receive reads a request that net/http has begun to read.
func receive(message *http.Request, maxBody int64) (*request, *refusal) {
	target := message.RequestURI
	if path := pathOf(target); path != "" {
		target = path
	}
	path, query, _ := strings.Cut(target, "?")
	r := &request{
		method:   message.Method,
		path:     path,
		query:    query,
		headers:  make(map[string][]string, len(message.Header)+1),
		protocol: message.Proto,
	}
	for name, values := range message.Header {
		texts := make([]string, len(values))
		for index, value := range values {
			texts[index] = headerText(value)
		}
		r.headers[strings.ToLower(name)] = texts
	}
	if message.Host != "" {
		// net/http keeps it apart.
		r.headers["host"] = []string{headerText(message.Host)}
	}
	if host, _, err := net.SplitHostPort(message.RemoteAddr); err == nil {
		r.remote = host
	}
	var refused *refusal
	r.body, refused = receiveBody(message, maxBody)
	return r, refused
}

func receiveBody(message *http.Request, maxBody int64) ([]byte, *refusal) {
	tooLarge := refuse(413, "the request's body is larger than %d bytes", maxBody)
	if message.ContentLength > maxBody {
		return nil, tooLarge
	}
	if message.ContentLength > 0 {
		body := make([]byte, message.ContentLength)
		_, err := io.ReadFull(message.Body, body)
		return body, bodyRefusal(err)
	}
	body, err := io.ReadAll(io.LimitReader(message.Body, maxBody+1))
	if int64(len(body)) > maxBody {
		return nil, tooLarge
	}
	return body, bodyRefusal(err)
}

func bodyRefusal(err error) *refusal {
	var refused *refusal
	switch {
	case err == nil:
		return nil
	case errors.As(err, &refused):
		return refused
	case isTimeout(err):
		return refuse(408, "the request took too long to arrive")
	default:
		return refuse(400, "the request broke off")
	}
}

// header is the first value of a header, empty where there is none.
func (r *request) header(name string) string {
	if values := r.headers[name]; len(values) > 0 {
		return values[0]
	}
	return ""
}

// mediaType is the content type without its parameters.
func (r *request) mediaType() string {
	media, _, _ := strings.Cut(r.header("content-type"), ";")
	return strings.ToLower(strings.TrimSpace(media))
}
