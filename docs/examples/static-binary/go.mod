module example.com/static-binary

go 1.19
