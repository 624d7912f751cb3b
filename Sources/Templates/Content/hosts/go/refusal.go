package hkshost

import "fmt"

// refusal is why a request does not reach the function.
type refusal struct {
	status  int
	message string
}

func (r *refusal) Error() string {
	return r.message
}

func refuse(status int, format string, values ...interface{}) *refusal {
	return &refusal{status, fmt.Sprintf(format, values...)}
}
