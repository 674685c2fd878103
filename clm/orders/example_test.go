package orders_test

import (
	"context"
	"fmt"
	"log"
	"strings"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/clm/orders"
)

const export = `InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country
536365,85123A,WHITE HANGING HEART,6,2010-12-01 08:26:00,2.55,17850,United Kingdom
536365,POST,POSTAGE,1,2010-12-01 08:26:00,18.00,17850,United Kingdom
536366,22633,HAND WARMER,2,2010-12-01 08:28:00,1.85,,United Kingdom
C536379,85123a,WHITE HANGING HEART,-1,2010-12-03 09:41:00,2.55,17850,United Kingdom
`

func Example() {
	ctx := context.Background()
	source := orders.Source{Name: "export.csv", Reader: strings.NewReader(export)}
	history, err := orders.Read(ctx, []orders.Source{source}, &orders.Options{Currency: "GBP"})
	if err != nil {
		log.Fatal(err)
	}
	for _, e := range history.Events {
		total, _ := e.Total()
		fmt.Println(e.ID, e.Customer, e.Kind, total)
	}
	for _, a := range history.Report.Aside {
		fmt.Println(a.Rows, a.Reason, "in line", a.Examples[0].Line)
	}
	record := clm.NewMemory(nil)
	if err := record.Append(ctx, history.Events...); err != nil {
		log.Fatal(err)
	}
	// Output:
	// order/536365 17850 ordered 15.30 GBP
	// return/C536379 17850 returned 2.55 GBP
	// 1 bookkeeping code in line 3
	// 1 no customer in line 4
}
