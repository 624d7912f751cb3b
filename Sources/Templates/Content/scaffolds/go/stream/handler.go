// Package function processes batches of payments.
package function

import (
	"context"
	"encoding/json"
)

// Batch is a number of records, oldest first.
type Batch struct {
	Source  string   `json:"source"`
	Records []Record `json:"records"`
}

// Record is the part of a record that the function looks at.
type Record struct {
	ID   string          `json:"id"`
	Data json.RawMessage `json:"data"`
}

// Result names the records that are to come again; all others are done.
type Result struct {
	Failures []Failure `json:"batchItemFailures"`
}

// Failure names one record.
type Failure struct {
	ID string `json:"id"`
}

// Handler processes a batch. An error makes the whole batch come again.
func Handler(ctx context.Context, batch Batch) (Result, error) {
	call := CallFrom(ctx)
	var result Result
	for _, record := range batch.Records {
		if !hasAmount(record.Data) {
			result.Failures = append(result.Failures, Failure{ID: record.ID})
		}
		call.Info("processed " + record.ID)
	}
	return result, nil
}

func hasAmount(data json.RawMessage) bool {
	var payment struct {
		Amount float64 `json:"amount"`
	}
	return json.Unmarshal(data, &payment) == nil && payment.Amount > 0
}
