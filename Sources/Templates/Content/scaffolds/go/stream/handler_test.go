package function

import (
	"context"
	"encoding/json"
	"reflect"
	"testing"
)

func TestProcessesABatch(t *testing.T) {
	expectFailures(t, []string{`{"amount": 12.5}`, `{"amount": 3}`}, nil)
}

func TestReportsWhatFailed(t *testing.T) {
	data := []string{`{"amount": 12.5}`, `{"amount": 0}`, `{"amount": "7"}`, `{"amount": true}`, `{}`, `[]`, `null`}
	expectFailures(t, data, []string{"b", "c", "d", "e", "f", "g"})
}

// expectFailures hands over records named a, b, c and so on.
func expectFailures(t *testing.T, data, expected []string) {
	t.Helper()
	var batch Batch
	for index, text := range data {
		batch.Records = append(batch.Records, Record{ID: string(rune('a' + index)), Data: json.RawMessage(text)})
	}
	result, err := Handler(context.Background(), batch)
	if err != nil {
		t.Fatal(err)
	}
	var failed []string
	for _, failure := range result.Failures {
		failed = append(failed, failure.ID)
	}
	if !reflect.DeepEqual(failed, expected) {
		t.Errorf("got %q, want %q", failed, expected)
	}
}
