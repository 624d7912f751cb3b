module hkshost

// These files are compiled as a part of the function's own module, whose go.mod decides which language version they may
// use: nothing beyond Go 1.16, such as type parameters or `any`, stands in them.
go 1.16
