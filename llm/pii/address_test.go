package pii_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/clmkit/clmkit/llm/pii"
)

func TestAddresses(t *testing.T) {
	s := newScanner(t, &pii.Options{Kinds: []pii.Kind{pii.Address}})
	for _, c := range []struct {
		text string
		want []string
	}{
		{"Please ship it to 1600 Pennsylvania Avenue NW, Washington, DC 20500, thanks", []string{"address:1600 Pennsylvania Avenue NW, Washington, DC 20500"}},
		{"I live at 221B Baker Street, London NW1 6XE.", []string{"address:221B Baker Street, London NW1 6XE"}},
		{"12 Elm St, Apt. 4\nSpringfield, IL 62704\nUSA\n\nRegards", []string{"address:12 Elm St, Apt. 4\nSpringfield, IL 62704\nUSA"}},
		{"my address is 99 east main street, waco, 76701", []string{"address:99 east main street, waco, 76701"}},
		{"Liefern Sie an: Hauptstraße 12a, 10115 Berlin", []string{"address:Hauptstraße 12a, 10115 Berlin"}},
		{"Ich wohne in der Villacher Str. 89 in Graz", []string{"address:Villacher Str. 89"}},
		{"J'habite 12, rue de l'Église\n75007 Paris", []string{"address:12, rue de l'Église\n75007 Paris"}},
		{"Calle Mayor 5, 28013 Madrid, España", []string{"address:Calle Mayor 5, 28013 Madrid, España"}},
		{"Via Roma, 12, 00184 Roma", []string{"address:Via Roma, 12, 00184 Roma"}},
		{"Rua João Pessoa 1636, Porto", []string{"address:Rua João Pessoa 1636, Porto"}},
		{"Prinsengracht 263, 1016 GV Amsterdam", []string{"address:Prinsengracht 263, 1016 GV Amsterdam"}},
		{"ul. Miła 57, 00-174 Warszawa", []string{"address:ul. Miła 57, 00-174 Warszawa"}},
		{"Mannerheimintie 5\n00100 Helsinki", []string{"address:Mannerheimintie 5\n00100 Helsinki"}},
		{"Drottninggatan 7, 111 51 Stockholm", []string{"address:Drottninggatan 7, 111 51 Stockholm"}},
		{"Jl. Sudirman 21, Jakarta", []string{"address:Jl. Sudirman 21, Jakarta"}},
		{"PO Box 1234, Dunedin 9054", []string{"address:PO Box 1234, Dunedin 9054"}},
		{"Postfach 12 34, 50670 Köln", []string{"address:Postfach 12 34, 50670 Köln"}},
		{"PSC 1234, Box 5678\nAPO AE 09012", []string{"address:PSC 1234, Box 5678\nAPO AE 09012"}},
		{"it is at the corner of Fleet Street and Chancery Lane.", []string{"address:corner of Fleet Street and Chancery Lane"}},
		{"请寄到北京市朝阳区建国路88号3栋1201室，谢谢", []string{"address:北京市朝阳区建国路88号3栋1201室"}},

		{"The parcel of 12 May weighs 5 kg and costs 300 euros", nil},
		{"1. Open the app\n2. Choose your shipping address\n3. Click on Save", nil},
		{"We are available 24/7 via phone or via Google Pay", nil},
		{"I returned iPhone 15 and Windows 11, order 1234", nil},
		{"size 38 fits, 6 ft 2, 180 lbs", nil},
		{"The street food on the road was great", nil},
		{"Spring 2024 collection, 20 Piece Set, 3 for 2", nil},
		{"第3章 我买了2双鞋", nil},
	} {
		assert.ElementsMatch(t, c.want, scan(s, c.text), c.text)
	}
}

func TestWordsDecide(t *testing.T) {
	s := newScanner(t, &pii.Options{Kinds: pii.All()})
	for _, c := range []struct {
		text string
		want []string
	}{
		{"my bsn is 111222333", []string{"national_id:111222333"}},
		{"order 111222333", []string{}},
		{"身份证号码：11010519491231002X", []string{"national_id:11010519491231002X"}},
		{"social security number 856-45-3789", []string{"national_id:856-45-3789"}},
		{"CPF 111.444.777-35", []string{"national_id:111.444.777-35"}},
		{"NINO AB 12 34 56 C", []string{"national_id:AB 12 34 56 C"}},
		{"HETU 131052-308T", []string{"national_id:131052-308T"}},
		{"my passport number is C01X00T47", []string{"passport:C01X00T47"}},
		{"Führerschein: B072RRE2I55", []string{"driving_licence:B072RRE2I55"}},
		{"routing number 021000021", []string{"bank_account:021000021"}},
		{"BIC: DEUTDEFF500", []string{"bank_account:DEUTDEFF500"}},
		{"the case is RESOLVED and the bank knows", []string{}},
		{"born on 3 June 1990, moved on 4 June 2020", []string{"date_of_birth:3 June 1990", "date_of_birth:4 June 2020"}},
		{"geboren am 03.06.1990", []string{"date_of_birth:03.06.1990"}},
		{"出生日期1990年6月3日", []string{"date_of_birth:1990年6月3日"}},
		{"delivered on 2024-05-31", []string{"date:2024-05-31"}},
		{"delivered on 2024-13-31", []string{}},
		{"zip code 94103-1234", []string{"postcode:94103-1234"}},
		{"my post code is sw1a 1aa", []string{"postcode:sw1a 1aa"}},
		{"K1A 0B1", []string{"postcode:K1A 0B1"}},
		{"wallet 1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", []string{"crypto:1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"}},
		{"see www.example.com/help.", []string{"url:www.example.com/help"}},
		{"https://anna:secret@example.com/", []string{"private_url:https://anna:secret@example.com/"}},
		{"https://social.example/@anna", []string{"private_url:https://social.example/@anna"}},
		{"see main.go and e.g. file.txt", []string{}},
	} {
		assert.ElementsMatch(t, c.want, scan(s, c.text), c.text)
	}
}

func TestNames(t *testing.T) {
	s := newScanner(t, &pii.Options{Kinds: []pii.Kind{pii.Name}})
	for _, c := range []struct {
		text string
		want []string
	}{
		{"Ask Mr. Derek Crnić. Who else?", []string{"name:Mr. Derek Crnić"}},
		{"Dear Anna,\nthank you", []string{"name:Anna"}},
		{"Hi there, hello team, dear Sir or Madam", []string{}},
		{"my name is Ludwig van Beethoven and I", []string{"name:Ludwig van Beethoven"}},
		{"Ich heiße Jürgen Groß.", []string{"name:Jürgen Groß"}},
		{"je m'appelle Zoé", []string{"name:Zoé"}},
		{"我叫王小明，", []string{"name:王小明"}},
		{"Name: Anna Berg\nPhone: none", []string{"name:Anna Berg"}},
		{"I am Very Happy with it", []string{}},
		{"this is Anna Berg from Graz", []string{"name:Anna Berg"}},
		{"Thanks for all.\n\nBest regards,\nAnna Berg\n", []string{"name:Anna Berg"}},
		{"Anna Berg bought shoes", []string{}},
	} {
		assert.ElementsMatch(t, c.want, scan(s, c.text), c.text)
	}
}

func TestCountriesRestrict(t *testing.T) {
	s := newScanner(t, &pii.Options{Countries: []string{"DE"}})
	assert.Empty(t, scan(s, "cpf 111.444.777-35"))
	assert.Equal(t, []string{"national_id:86095742719"}, scan(s, "86095742719"))
}

// TestOverlaps: what covers wins over a part of it, and no part of an address is left bare.
func TestOverlaps(t *testing.T) {
	s := newScanner(t, nil)
	assert.Equal(t, []string{"name:Anna Berg", "email:anna.berg@example.com"}, scan(s, "Anna Berg, anna.berg@example.com", pii.Term{Kind: pii.Name, Value: "Anna Berg"}))
	assert.Equal(t, []string{"address:12 Elm Street, Springfield, IL 62704"}, scan(s, "12 Elm Street, Springfield, IL 62704"))
	assert.Equal(t, []string{"address:12", "name:Elm Berg", "address:Street, Springfield, IL 62704"},
		scan(s, "12 Elm Berg Street, Springfield, IL 62704", pii.Term{Kind: pii.Name, Value: "Elm Berg"}))
}
