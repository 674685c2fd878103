module github.com/clmkit/clmkit

go 1.26
