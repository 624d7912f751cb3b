package hkshost

import (
	"encoding/json"
	"net/http"
)

// streamMapping makes one call of a batch of records; the result names those that are to come again.
type streamMapping struct{}

// batch is a request of type stream, as far as the host looks at it.
type batch struct {
	Records []batchRecord `json:"records"`
}

type batchRecord struct {
	ID string `json:"id"`
}

// parseBatch reads a batch strictly: what cannot be told apart cannot be reported.
func parseBatch(body []byte) (*batch, *refusal) {
	var parts map[string]json.RawMessage
	if decodeJSON(body, &parts) != nil || parts == nil {
		return nil, refuse(400, "the request is not a batch: a JSON object is expected")
	}
	var records []json.RawMessage
	if json.Unmarshal(parts["records"], &records) != nil || records == nil {
		return nil, refuse(400, "the request is not a batch: 'records' must be an array")
	}
	b := &batch{Records: make([]batchRecord, len(records))}
	seen := make(map[string]bool, len(records))
	for index, data := range records {
		var record map[string]json.RawMessage
		if json.Unmarshal(data, &record) != nil || record == nil {
			return nil, refuse(400, "the request is not a batch: record %d is not an object", index)
		}
		id := &b.Records[index].ID
		if json.Unmarshal(record["id"], id) != nil || *id == "" {
			return nil, refuse(400, "the request is not a batch: record %d has no text 'id'", index)
		}
		if seen[*id] {
			return nil, refuse(400, "the request is not a batch: id '%s' stands there twice", *id)
		}
		seen[*id] = true
	}
	return b, nil
}

func (streamMapping) events(call *Call) ([][]byte, error) {
	batch, refused := parseBatch(call.request.body)
	if refused != nil {
		return nil, refused
	}
	if len(batch.Records) == 0 {
		return nil, nil
	}
	return [][]byte{call.request.body}, nil
}

func (streamMapping) answer(call *Call, results []interface{}) (*answer, error) {
	done := newAnswer(http.StatusNoContent)
	if len(results) == 0 || isNothing(results[0]) {
		return done, nil
	}
	if failure, isAnswer, err := askedFailure(results[0]); failure != nil || isAnswer || err != nil {
		if failure == nil {
			failure = done
		}
		return failure, err
	}
	failed, err := failuresOf(results[0])
	if err != nil || len(failed) == 0 {
		return done, err
	}
	batch, refused := parseBatch(call.request.body)
	if refused != nil {
		return nil, refused
	}
	known := make(map[string]bool, len(batch.Records))
	for _, record := range batch.Records {
		known[record.ID] = true
	}
	for _, failure := range failed {
		if !known[failure.ID] {
			return nil, unsendable("batchItemFailures names '%s', which is no record of the batch", failure.ID)
		}
	}
	a := newAnswer(http.StatusOK)
	a.setType(typeJSON)
	a.body, err = encodeJSON(map[string][]batchRecord{"batchItemFailures": failed})
	return a, err
}

func (streamMapping) refusal(*Call, *eventError) *refusal { return nil }

// failuresOf gives the records that a result names, each once.
func failuresOf(result interface{}) ([]batchRecord, error) {
	fields, _, ok := fieldsOf(result)
	given, has := fields["batchItemFailures"]
	if !ok || !has && len(fields) > 0 {
		// Taken for success, a misspelt name would lose records.
		return nil, unsendable("it must be nothing, or have the field 'batchItemFailures'")
	}
	data, err := encodeJSON(given)
	if err != nil {
		return nil, unsendable("it is not JSON: %v", err)
	}
	var listed, failed []batchRecord
	if json.Unmarshal(data, &listed) != nil {
		return nil, unsendable("batchItemFailures must be a list of objects with a text 'id'")
	}
	seen := map[string]bool{}
	for _, record := range listed {
		if !seen[record.ID] {
			failed = append(failed, record)
		}
		seen[record.ID] = true
	}
	return failed, nil
}
