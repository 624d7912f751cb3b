package hkshost

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// A week is longer than any platform lets a call run.
const week = 7 * 24 * time.Hour

var functionTypes = []string{"http", "event", "scheduled", "stream"}

// settings are what the platform tells the host through the environment.
type settings struct {
	port            int
	listenHost      string
	unixPath        string
	functionType    string
	functionName    string
	functionVersion string
	memoryLimitMB   int
	// Longest time for one call, its wait for a free place included.
	timeout time.Duration
	// Longest time that running calls get after SIGTERM.
	drain time.Duration
	// Calls at once; 0 leaves the choice to the host.
	concurrency int
	maxBody     int64
	// Longest time for a request's head to arrive, and for a client to take the next piece of an answer.
	ioTimeout time.Duration
	// Longest time that an unused connection stays open; above what proxies in front use.
	idleTimeout time.Duration
	// Failures are then shown to the caller.
	developing bool
}

// readSettings reads every value that the environment sets, with its default.
func readSettings(get func(string) string) (*settings, error) {
	reader := settingsReader{get: get}
	s := &settings{
		port:            int(reader.whole("PORT", 8080, 65535)),
		listenHost:      reader.text("0.0.0.0", "HKS_LISTEN_HOST"),
		unixPath:        get("HKS_LISTEN_UNIX"),
		functionType:    reader.text("http", "HKS_TYPE"),
		functionName:    reader.text("function", "HKS_FUNCTION_NAME", "K_SERVICE"),
		functionVersion: reader.text("", "HKS_FUNCTION_VERSION", "K_REVISION"),
		memoryLimitMB:   int(reader.whole("HKS_MEMORY_LIMIT_MB", 0, 1<<30)),
		timeout:         reader.seconds("HKS_TIMEOUT_SECONDS", 300*time.Second),
		drain:           reader.seconds("HKS_DRAIN_SECONDS", 10*time.Second),
		concurrency:     int(reader.whole("HKS_CONCURRENCY", 0, 1<<20)),
		maxBody:         reader.whole("HKS_MAX_BODY_BYTES", 10<<20, 1<<53),
		ioTimeout:       reader.seconds("HKS_IO_TIMEOUT_SECONDS", 30*time.Second),
		idleTimeout:     reader.seconds("HKS_IDLE_TIMEOUT_SECONDS", 120*time.Second),
		developing:      get("HKS_DEVELOP") == "1",
	}
	if reader.err != nil {
		return nil, reader.err
	}
	for _, known := range functionTypes {
		if s.functionType == known {
			return s, nil
		}
	}
	return nil, fmt.Errorf("HKS_TYPE '%s' is not served by the Go host; it serves: %s",
		s.functionType, strings.Join(functionTypes, ", "))
}

// settingsReader keeps the first error.
type settingsReader struct {
	get func(string) string
	err error
}

func (r *settingsReader) text(fallback string, names ...string) string {
	for _, name := range names {
		if text := r.get(name); text != "" {
			return text
		}
	}
	return fallback
}

func (r *settingsReader) whole(name string, fallback, high uint64) int64 {
	text := r.get(name)
	if text == "" {
		return int64(fallback)
	}
	value, err := strconv.ParseUint(text, 10, 63)
	if err != nil || value > high {
		r.refuse("%s must be a whole number from 0 to %d, not '%s'", name, high, text)
	}
	return int64(value)
}

func (r *settingsReader) seconds(name string, fallback time.Duration) time.Duration {
	text := r.get(name)
	if text == "" {
		return fallback
	}
	value, err := strconv.ParseFloat(text, 64)
	if err != nil || !(value >= 0 && value <= week.Seconds()) {
		r.refuse("%s must be a number of seconds, not '%s'", name, text)
	}
	if value == 0 {
		// No limit is wanted.
		return week
	}
	return time.Duration(value * float64(time.Second))
}

func (r *settingsReader) refuse(format string, values ...interface{}) {
	if r.err == nil {
		r.err = fmt.Errorf(format, values...)
	}
}

// secondsText shows a duration as the environment gives it.
func secondsText(duration time.Duration) string {
	return strconv.FormatFloat(duration.Seconds(), 'g', 6, 64)
}
