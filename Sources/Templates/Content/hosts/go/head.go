package hkshost

import (
	"bytes"
	"regexp"
	"strings"
)

const (
	maxHead   = 32 << 10
	maxTarget = 16 << 10
	maxFields = 200
)

var (
	absoluteTarget = regexp.MustCompile(`^(?i:https?)://[^/?#]+`)
	anyVersion     = regexp.MustCompile(`^HTTP/[0-9]\.[0-9]$`)
)

// head is the part of a request before its body, as far as it decides where the body ends.
type head struct {
	isHTTP10  bool
	fields    map[string][]string
	isChunked bool
	length    int64
}

// parseHead reads a head without the blank line at its end, and refuses what two servers could understand in two ways
// (RFC 9112).
func parseHead(data []byte) (*head, *refusal) {
	if holdsForbidden(data) {
		return nil, refuse(400, "the request's head holds a forbidden character")
	}
	lines := strings.Split(string(data), "\r\n")
	h := &head{}
	if r := h.parseRequestLine(lines[0]); r != nil {
		return nil, r
	}
	var r *refusal
	if h.fields, r = parseFields(lines[1:]); r != nil {
		return nil, r
	}
	switch hosts := len(h.fields["host"]); {
	case hosts == 0 && !h.isHTTP10:
		return nil, refuse(400, "the request has no Host header")
	case hosts > 1:
		return nil, refuse(400, "the request has several Host headers")
	}
	if r := h.parseFraming(); r != nil {
		return nil, r
	}
	if expect := h.fields["expect"]; expect != nil && !h.isHTTP10 && !strings.EqualFold(expect[0], "100-continue") {
		return nil, refuse(417, "only the expectation '100-continue' is known")
	}
	return h, nil
}

func (h *head) parseRequestLine(line string) *refusal {
	parts := strings.Split(line, " ")
	if len(parts) != 3 || !isToken(parts[0]) {
		return refuse(400, "the request line is malformed")
	}
	if parts[2] != "HTTP/1.1" && parts[2] != "HTTP/1.0" {
		if anyVersion.MatchString(parts[2]) {
			return refuse(505, "only HTTP/1.1 and HTTP/1.0 are spoken")
		}
		return refuse(400, "the request line is malformed")
	}
	h.isHTTP10 = parts[2] == "HTTP/1.0"
	if len(parts[1]) > maxTarget {
		return refuse(414, "the request's target is too long")
	}
	isAsterisk := parts[1] == "*" && parts[0] == "OPTIONS"
	if !isAsterisk && !strings.HasPrefix(pathOf(parts[1]), "/") || strings.Contains(parts[1], "\t") {
		return refuse(400, "the request's target is malformed")
	}
	return nil
}

// parseFraming finds the length of the body (RFC 9112, 6.3).
func (h *head) parseFraming() *refusal {
	codings, lengths := h.fields["transfer-encoding"], h.fields["content-length"]
	if codings != nil {
		if lengths != nil || h.isHTTP10 {
			return refuse(400, "Transfer-Encoding stands where it may not")
		}
		if len(codings) > 1 || !strings.EqualFold(codings[0], "chunked") {
			return refuse(501, "only the transfer coding 'chunked' is known")
		}
		h.isChunked = true
		return nil
	}
	if lengths == nil {
		return nil
	}
	if len(lengths) > 1 || len(lengths[0]) == 0 || len(lengths[0]) > 18 {
		return refuse(400, "Content-Length is malformed")
	}
	for _, digit := range []byte(lengths[0]) {
		if digit < '0' || digit > '9' {
			return refuse(400, "Content-Length is malformed")
		}
		h.length = h.length*10 + int64(digit-'0')
	}
	return nil
}

// pathOf is the path and query of a target; proxies send it in absolute form. Empty where it is malformed.
func pathOf(target string) string {
	if strings.HasPrefix(target, "/") {
		return target
	}
	authority := absoluteTarget.FindString(target)
	if authority == "" {
		return ""
	}
	path := target[len(authority):]
	if !strings.HasPrefix(path, "/") {
		path = "/" + path
	}
	return path
}

func parseFields(lines []string) (map[string][]string, *refusal) {
	if len(lines) > maxFields {
		return nil, refuse(431, "the request has too many headers")
	}
	fields := make(map[string][]string, len(lines))
	for _, line := range lines {
		colon := strings.IndexByte(line, ':')
		// A folded line begins with a space, which no token does.
		if colon < 0 || !isToken(line[:colon]) {
			return nil, refuse(400, "a header line is malformed")
		}
		name := strings.ToLower(line[:colon])
		fields[name] = append(fields[name], strings.Trim(line[colon+1:], " \t"))
	}
	return fields, nil
}

// holdsForbidden tells whether there are control characters, or line ends that are not CRLF.
func holdsForbidden(data []byte) bool {
	for index, char := range data {
		switch {
		case char == '\r':
			if index+1 == len(data) || data[index+1] != '\n' {
				return true
			}
		case char == '\n':
			if index == 0 || data[index-1] != '\r' {
				return true
			}
		case char < ' ' && char != '\t' || char == 0x7f:
			return true
		}
	}
	return false
}

// holdsForbiddenSoFar is holdsForbidden for a head of which more is to come: its last byte may be half of a line end.
func holdsForbiddenSoFar(data []byte) bool {
	return holdsForbidden(bytes.TrimSuffix(data, []byte("\r")))
}

func isToken(text string) bool {
	for index := 0; index < len(text); index++ {
		char := text[index]
		isAlphanumeric := '0' <= char && char <= '9' || 'a' <= char && char <= 'z' || 'A' <= char && char <= 'Z'
		if !isAlphanumeric && strings.IndexByte("!#$%&'*+-.^_`|~", char) < 0 {
			return false
		}
	}
	return text != ""
}
