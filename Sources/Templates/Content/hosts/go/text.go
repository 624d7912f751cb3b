package hkshost

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"regexp"
	"strings"
	"unicode/utf8"
)

var (
	jsonMedia = regexp.MustCompile(`^(?:application/json|text/json|[^/;]+/[^/;]+\+json)$`)
	// Always handed over as Base64, even where a body happens to be valid UTF-8.
	binaryMedia = regexp.MustCompile(
		`^(?:(?:image|audio|video|font)/|multipart/|application/(?:octet-stream|pdf|zip|gzip|x-tar|x-gzip|wasm)$)`)
)

// encodeJSON encodes a value as JSON keeps it: `<` and the like stay readable.
func encodeJSON(value interface{}) ([]byte, error) {
	var buffer bytes.Buffer
	encoder := json.NewEncoder(&buffer)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(buffer.Bytes(), []byte("\n")), nil
}

// decodeJSON decodes a text. encoding/json would repair what is not UTF-8.
func decodeJSON(data []byte, value interface{}) error {
	if !utf8.Valid(data) {
		return errors.New("the text is not UTF-8")
	}
	return json.Unmarshal(data, value)
}

// headerText is a header's value as text: UTF-8 where it is that, else Latin-1.
func headerText(value string) string {
	if utf8.ValidString(value) {
		return value
	}
	runes := make([]rune, len(value))
	for index := range runes {
		runes[index] = rune(value[index])
	}
	return string(runes)
}

// content is a body as events hold it.
type content struct {
	// Nil where there is no body.
	text     *string
	isBase64 bool
}

// readContent gives the body as text, or as Base64 where it is not text.
func readContent(r *request) content {
	if len(r.body) == 0 {
		return content{}
	}
	text, isText := string(r.body), utf8.Valid(r.body)
	if !isText || r.headers["content-encoding"] != nil || binaryMedia.MatchString(r.mediaType()) {
		text = base64.StdEncoding.EncodeToString(r.body)
		return content{&text, true}
	}
	return content{&text, false}
}

// data is the body where it is JSON, else nil.
func (c content) data(r *request) json.RawMessage {
	if c.text == nil || c.isBase64 {
		return nil
	}
	if media := r.mediaType(); media != "" && !jsonMedia.MatchString(media) {
		return nil
	}
	if data := []byte(*c.text); json.Valid(data) {
		return data
	}
	return nil
}

// parseQuery gives the parameters of a query; `a` and `a=` both are the empty text.
func parseQuery(query string) map[string][]string {
	parameters := map[string][]string{}
	for _, pair := range strings.Split(query, "&") {
		if pair != "" {
			name, value, _ := strings.Cut(pair, "=")
			name = unescape(strings.ReplaceAll(name, "+", " "))
			parameters[name] = append(parameters[name], unescape(strings.ReplaceAll(value, "+", " ")))
		}
	}
	return parameters
}

// unescape decodes what is percent-encoded and leaves other percent signs alone.
func unescape(text string) string {
	if strings.IndexByte(text, '%') < 0 {
		return text
	}
	decoded := make([]byte, 0, len(text))
	for index := 0; index < len(text); index++ {
		if text[index] == '%' && index+2 < len(text) {
			high, low := hexDigit(text[index+1]), hexDigit(text[index+2])
			if high >= 0 && low >= 0 {
				decoded = append(decoded, byte(high<<4|low))
				index += 2
				continue
			}
		}
		decoded = append(decoded, text[index])
	}
	return string(decoded)
}

func hexDigit(char byte) int {
	switch {
	case '0' <= char && char <= '9':
		return int(char - '0')
	case 'a' <= char|0x20 && char|0x20 <= 'f':
		return int(char|0x20-'a') + 10
	default:
		return -1
	}
}
