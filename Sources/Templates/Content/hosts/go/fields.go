package hkshost

import (
	"encoding/json"
	"reflect"
	"strings"
)

// fieldsOf gives the fields of a map or struct under their names in JSON, with the values that the handler put there:
// encoding them first would lose what bytes and readers are. Other values have none, and types that say themselves what
// they are in JSON keep that to themselves.
func fieldsOf(value interface{}) (fields map[string]interface{}, isStruct, ok bool) {
	if value == nil || isMarshaler(value) {
		return nil, false, false
	}
	inner := reflect.ValueOf(value)
	for inner.Kind() == reflect.Ptr || inner.Kind() == reflect.Interface {
		if inner.IsNil() {
			return nil, false, false
		}
		inner = inner.Elem()
	}
	switch {
	case inner.Kind() == reflect.Struct:
		fields = map[string]interface{}{}
		addFields(fields, inner)
		return fields, true, true
	case inner.Kind() == reflect.Map && inner.Type().Key().Kind() == reflect.String:
		fields = make(map[string]interface{}, inner.Len())
		for entries := inner.MapRange(); entries.Next(); {
			fields[entries.Key().String()] = entries.Value().Interface()
		}
		return fields, false, true
	default:
		return nil, false, false
	}
}

func isMarshaler(value interface{}) bool {
	_, is := value.(json.Marshaler)
	return is
}

// addFields follows the rules of encoding/json for names; a field of the struct itself hides an embedded one.
func addFields(fields map[string]interface{}, value reflect.Value) {
	var embedded []reflect.Value
	for index := 0; index < value.NumField(); index++ {
		form := value.Type().Field(index)
		tag := form.Tag.Get("json")
		name, options, _ := strings.Cut(tag, ",")
		if inner := embeddedStruct(form, value.Field(index)); inner.IsValid() && name == "" {
			embedded = append(embedded, inner)
			continue
		}
		if form.PkgPath != "" || tag == "-" {
			continue
		}
		if name == "" {
			name = form.Name
		}
		if strings.Contains(options, "omitempty") && isEmpty(value.Field(index)) && !isAnswerField(name) {
			continue
		}
		fields[name] = value.Field(index).Interface()
	}
	for _, inner := range embedded {
		more := map[string]interface{}{}
		addFields(more, inner)
		for name, value := range more {
			if _, isHidden := fields[name]; !isHidden {
				fields[name] = value
			}
		}
	}
}

func embeddedStruct(form reflect.StructField, value reflect.Value) reflect.Value {
	if !form.Anonymous {
		return reflect.Value{}
	}
	if value.Kind() == reflect.Ptr && !value.IsNil() {
		value = value.Elem()
	}
	if value.Kind() == reflect.Struct {
		return value
	}
	return reflect.Value{}
}

func isEmpty(value reflect.Value) bool {
	switch value.Kind() {
	case reflect.Array, reflect.Map, reflect.Slice, reflect.String:
		return value.Len() == 0
	case reflect.Struct:
		return false
	default:
		return value.IsZero()
	}
}

// isNothing tells whether a result is nil, or a nil pointer, map or the like.
func isNothing(value interface{}) bool {
	if value == nil {
		return true
	}
	switch inner := reflect.ValueOf(value); inner.Kind() {
	case reflect.Ptr, reflect.Map, reflect.Slice, reflect.Interface, reflect.Chan, reflect.Func:
		return inner.IsNil()
	default:
		return false
	}
}
