package pii

import "slices"

// A Kind is what a piece of personal data is. Hosts may have kinds of their own, see [Pattern] and [Term].
type Kind string

// The kinds that a Scanner knows. The table in the package's comment says how each is decided.
const (
	Email          Kind = "email"
	Phone          Kind = "phone"
	Card           Kind = "card"            // number of a payment card
	IBAN           Kind = "iban"            // international bank account number
	BankAccount    Kind = "bank_account"    // national account and routing numbers, BIC
	Crypto         Kind = "crypto"          // address of a Bitcoin or Ethereum wallet
	NationalID     Kind = "national_id"     // number of a resident, social insurance or tax payer
	Passport       Kind = "passport"        //
	DrivingLicence Kind = "driving_licence" //
	IP             Kind = "ip"              // version 4 or 6
	MAC            Kind = "mac"             // hardware address
	PrivateURL     Kind = "private_url"     // web address that names a user: by user info, a profile's path or a query such as token=
	URL            Kind = "url"             // any other web address or domain
	DateOfBirth    Kind = "date_of_birth"   //
	Date           Kind = "date"            // any other full calendar date
	Address        Kind = "address"         // postal address or a part of it that holds the street, the unit or the box
	Postcode       Kind = "postcode"        // outside of an address
	Name           Kind = "name"            // of a person
	OrderID        Kind = "order_id"        // only by Pattern or Term
	CustomerID     Kind = "customer_id"     // only by Pattern or Term
)

// All returns the kinds that a Scanner can find by itself, in the order of their declaration.
func All() []Kind {
	return []Kind{
		Email, Phone, Card, IBAN, BankAccount, Crypto, NationalID, Passport, DrivingLicence, IP, MAC, PrivateURL, URL,
		DateOfBirth, Date, Address, Postcode, Name,
	}
}

// Default returns the kinds that are in scope when the options name none: all but URL and Date. What a shop writes is
// full of links and delivery dates, which say little about a person, and answers need them.
func Default() []Kind {
	return slices.DeleteFunc(All(), func(k Kind) bool { return k == URL || k == Date })
}
