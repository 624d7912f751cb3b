package hkshost

import (
	"bytes"
	"fmt"
	"log"
	"os"
	"strings"
	"sync"
	"time"
)

const timeFormat = "2006-01-02T15:04:05.000Z07:00"

var output sync.Mutex

// field is one value of a log line besides the usual ones.
type field struct {
	name  string
	value interface{}
}

// logLine writes a line as JSON that names its call, if it has one.
func logLine(level, message string, call *Call, fields ...field) {
	entry := []field{
		{"timestamp", time.Now().UTC().Format(timeFormat)},
		{"level", level},
		{"message", message},
	}
	if call != nil {
		entry = append(entry, field{"request_id", call.requestID})
		if call.traceID != "" {
			entry = append(entry, field{"trace_id", call.traceID})
		}
	}
	writeEntry(level, append(entry, fields...))
}

// logPairs writes a line with fields given as keys and values in turn, as log/slog takes them.
func logPairs(level, message string, call *Call, pairs []interface{}) {
	fields := make([]field, 0, (len(pairs)+1)/2)
	for index := 0; index < len(pairs); index += 2 {
		if index+1 == len(pairs) {
			fields = append(fields, field{"!BADKEY", pairs[index]})
		} else {
			fields = append(fields, field{fmt.Sprint(pairs[index]), pairs[index+1]})
		}
	}
	logLine(level, message, call, fields...)
}

func writeEntry(level string, entry []field) {
	var line bytes.Buffer
	line.WriteByte('{')
	seen := make(map[string]bool, len(entry))
	for _, field := range entry {
		// The line's own fields come first and stay.
		if seen[field.name] {
			continue
		}
		if len(seen) > 0 {
			line.WriteByte(',')
		}
		seen[field.name] = true
		line.Write(encodeField(field.name))
		line.WriteByte(':')
		line.Write(encodeField(field.value))
	}
	line.WriteString("}\n")
	file := os.Stdout
	if level == "warn" || level == "error" {
		file = os.Stderr
	}
	writeLine(file, line.Bytes())
}

// encodeField never fails: a value that is not JSON is shown as fmt does.
func encodeField(value interface{}) []byte {
	if err, ok := value.(error); ok {
		value = err.Error()
	}
	data, err := encodeJSON(value)
	if err != nil {
		data, _ = encodeJSON(fmt.Sprintf("%+v", value))
	}
	return data
}

// writePlain writes text as it is to standard error.
func writePlain(text string) {
	writeLine(os.Stderr, []byte(text))
}

func writeLine(file *os.File, line []byte) {
	output.Lock()
	defer output.Unlock()
	// A reader that went away must not end the function.
	_, _ = file.Write(line)
}

// lineLogger makes log lines of what is written through the package log.
type lineLogger struct{ level string }

func (l lineLogger) Write(text []byte) (int, error) {
	logLine(l.level, strings.TrimSuffix(string(text), "\n"), nil)
	return len(text), nil
}

// adoptStandardLog makes lines of level info of what the function writes by log.Print. They would otherwise be taken for
// errors, as all plain lines on standard error are.
func adoptStandardLog() {
	if log.Writer() == os.Stderr && log.Flags() == log.LstdFlags {
		log.SetFlags(0)
		log.SetOutput(lineLogger{"info"})
	}
}
