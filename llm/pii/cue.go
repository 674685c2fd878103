package pii

import "strings"

// cue is a set of subjects that words near a number speak of.
type cue uint64

const (
	cuePhone cue = 1 << iota
	cueCard
	cueBank
	cueOrder // order, parcel, invoice, article: numbers that are no phone's
	cueID
	cueTax
	cueSocial
	cueHealth
	cueBirth
	cuePassport
	cueLicence
	cuePostcode
	cueAddress
	cueVersion
	cueNetwork
	cueName
	cueBIC
	cueNumber // a number of no said sort
)

// cueWords are words and phrases without accents, apart by "|".
var cueWords = map[cue]string{
	cuePhone: "contact|contacted|reach|phone|message|messages|phones|telephone|tel|mobile|cell|cellphone|call|calling|called|ring|text me|sms|fax|whatsapp|viber|telegram|signal|wechat|line|hotline|landline|extension|ext|" +
		"reach me|contact number|registered number|dial|voicemail|callback|telefon|telefonnummer|handy|handynummer|mobil|mobilnummer|rufnummer|anrufen|ruf|ruckruf|festnetz|" +
		"telephonique|portable|appelez|appeler|appel|rappeler|joindre|gsm|telefono|movil|celular|llamar|llamame|llame|numero de telefono|cellulare|chiamare|chiamami|chiami|recapito|" +
		"telefone|telemovel|ligar|ligue|contato|telefoonnummer|telefoon|mobiel|bellen|bel|nomor telepon|telepon|nomor hp|hp|hubungi|電話|携帯|电话|手机|手机号|手机号码|座机|联系电话|联系方式|微信|전화|휴대폰|연락처|телефон|тел|позвоните|звоните|мобильный|" +
		"telefonu|numer telefonu|komorka|zadzwon|puhelin|puhelinnumero|soita|ring mig|telefonnumer|telefonnummeret|puh|gsm no|cep|τηλεφωνο|הטלפון|טלפון|هاتف|جوال",
	cueCard: "card|cards|credit|debit|visa|mastercard|amex|american express|discover|maestro|diners|jcb|unionpay|cc|pan|cvv|cvc|kreditkarte|kreditkartennummer|karte|kartennummer|carte|" +
		"carte bancaire|carte bleue|tarjeta|carta|carta di credito|cartao|creditcard|kaart|kaartnummer|creditcardnummer|kartu|kartu kredit|信用卡|银行卡|卡号|借记卡|カード|クレジット|카드|карта|карты|карте|kort|kortnummer|kortti|karta|karty|kart",
	cueBank: "bank|account|acct|routing|aba|rtn|transit|sort code|wire|swift|bic|swift code|bic code|deposit|konto|kontonummer|bankleitzahl|blz|compte|rib|virement|cuenta|transferencia|conto|bonifico|conta|agencia|rekening|rekeningnummer|overschrijving|rekening bank|nomor rekening|账号|账户|银行|转账|口座|계좌|счет|счёт|iban",
	cueOrder: "order|orders|order number|invoice|tracking|parcel|shipment|package|ticket|case|ref|reference|sku|article|item|product|model|serial|isbn|ean|gtin|upc|imei|quantity|qty|amount|total|price|usd|eur|gbp|" +
		"bestellung|bestellnummer|auftrag|auftragsnummer|rechnung|rechnungsnummer|sendung|sendungsnummer|paket|artikel|artikelnummer|kundennummer|vorgang|commande|facture|colis|suivi|pedido|factura|envio|paquete|ordine|fattura|spedizione|pacco|" +
		"encomenda|fatura|bestelling|bestelnummer|factuur|pakket|pesanan|faktur|resi|订单|订单号|单号|发票|快递|运单|物流|商品|货号|注文|追跡|주문|송장|заказ|заказа|накладная|zamowienie|zamowienia|faktura|ordre|ordrenummer|tilaus|lasku|siparis",
	cueID: "id|identity|identification|national|resident|citizen|personal number|id card|ausweis|personalausweis|personennummer|ausweisnummer|identite|identidad|documento|dni|nie|nif|identita|codice fiscale|identidade|cpf|rg|bsn|burgerservicenummer|sofinummer|" +
		"ktp|nik|nomor induk|身份证|身份证号|身份证号码|证件号|证件|身分證|身分証|個人番号|マイナンバー|주민등록번호|주민번호|pesel|personnummer|personnummeret|fodselsnummer|fodselsnr|henkilotunnus|hetu|sotu|cpr|cpr nummer|kimlik|tc kimlik|tckn|nric|fin|curp|aadhaar|aadhar|uid|rrn|" +
		"rijksregisternummer|rijksregister|registre national|niss|insz|sa id|steuer|steuernummer|secu|securite sociale|инн|снилс|паспорт|partita iva|carta d identita",
	cueTax: "tax|taxpayer|tin|itin|tfn|tax file|tax file number|steuer id|steueridentifikationsnummer|steuer|identifikationsnummer|idnr|steuerid|fiscal|fiscale|impots|nif|pan|permanent account|cnpj|cpf|vat|abn|" +
		"税号|npwp|steuernummer|belasting",
	cueSocial: "ssn|social|social security|socialsecurity|sin|social insurance|nino|ni number|national insurance|insurance|sozialversicherung|sozialversicherungsnummer|securite sociale|numero de securite|nir|secu|seguridad social|nss|previdenza|社保|社保号|medicare",
	cueHealth: "nhs|health|patient|medicare|medical|hospital|krankenkasse|krankenversicherung|gesundheit|sante|sanita|tessera sanitaria|医保|医保号",
	cueBirth: "born|birth|birthdate|birthday|dob|date of birth|d o b|geboren|geburtsdatum|geburtstag|geb|ne le|nee le|naissance|date de naissance|nacido|nacida|nacimiento|nacio|cumpleanos|nato|nata|nascita|compleanno|nascido|nascida|nascimento|aniversario|geboortedatum|geboren op|verjaardag|" +
		"lahir|tanggal lahir|tgl lahir|ulang tahun|出生|出生日期|生日|出生年月|誕生日|生年月日|생년월일|생일|родился|родилась|рождения|urodzony|urodzona|urodzenia|fodt|fodselsdato|fodd|fodelsedatum|syntynyt|syntymaaika|dogum|dogum tarihi",
	cuePassport: "passport|passports|reisepass|reisepassnummer|passnummer|passeport|pasaporte|passaporto|passaporte|paspoort|paspoortnummer|paspor|护照|护照号|护照号码|旅券|パスポート|여권|паспорт|паспорта|paszport|paszportu|pasaport",
	cueLicence: "driver s license|driver s licence|drivers license|drivers licence|driver license|driver licence|driving license|driving licence|license number|licence number|license no|licence no|dl|dvla|dmv|" +
		"fuhrerschein|fuhrerscheinnummer|permis|permis de conduire|licencia de conducir|carnet de conducir|permiso de conducir|patente|patente di guida|carta de conducao|cnh|carteira de motorista|rijbewijs|rijbewijsnummer|nomor sim|" +
		"驾驶证|驾照|免許|운전면허|prawo jazdy|korkort|ajokortti|korekort|forerkort|ehliyet|водительское",
	cuePostcode: "zip|zipcode|zip code|postcode|postal|postal code|post code|postleitzahl|plz|code postal|codigo postal|cep|postcodenummer|kode pos|邮编|邮政编码|郵便番号|우편번호|индекс|pin code|pincode|postnummer|postinumero|kod pocztowy|posta kodu",
	cueAddress: "address|addresses|lives|live|living|lived|located|location|resides|reside|residence|residing|home|house|ship|shipping|shipped|deliver|delivered|delivery|send|sent|return|mail it|billing|postal|moved|moving|move|office|corner|situated|meet|" +
		"adresse|anschrift|wohne|wohnt|wohnhaft|wohnen|liefern|geliefert|lieferadresse|lieferanschrift|rechnungsadresse|schicken|senden|zustellen|umgezogen|habite|habitons|livrer|livraison|envoyer|domicile|demeurant|direccion|vivo|domicilio|enviar|entregar|envio|" +
		"indirizzo|abito|spedire|consegnare|consegna|residente|endereco|moro|morada|entrega|adres|woon|wonen|bezorgen|bezorgadres|alamat|tinggal|kirim|dikirim|地址|住址|寄到|寄给|送到|住在|住所|주소|адрес|живу|доставка|adresa|adrese|mieszkam|osoite|adress|bor",
	cueVersion: "version|versions|firmware|release|build|v|ver|update|driver",
	cueBIC:     "swift|bic|swift code|bic code|swift bic|code bic|kode swift",
	cueNumber:  "number|numbers|no|num|nummer|numero|nr|nomor|number is|号码|番号|번호|номер",
	cueNetwork: "ip|ipv4|ipv6|address|host|server|network|router|adresse|ping|login",
}

// phrase is a cue of one or more tokens.
type phrase struct {
	rest []string // after the first
	cue  cue
}

var phrases = func() map[string][]phrase {
	m := map[string][]phrase{}
	for c, all := range cueWords {
		for p := range strings.SplitSeq(all, "|") {
			v := &view{text: p}
			v.split()
			keys := make([]string, len(v.tokens))
			for i := range v.tokens {
				keys[i] = v.tokens[i].key
			}
			m[keys[0]] = append(m[keys[0]], phrase{keys[1:], c})
		}
	}
	return m
}()

// markCues notes on each token the subjects of the phrases that begin there.
func (v *view) markCues() {
	for i := range v.tokens {
		for _, p := range phrases[v.tokens[i].key] {
			if v.follows(i+1, p.rest) {
				v.tokens[i].cues |= p.cue
			}
		}
	}
}

func (v *view) follows(i int, keys []string) bool {
	if i+len(keys) > len(v.tokens) {
		return false
	}
	for j, k := range keys {
		if v.tokens[i+j].key != k {
			return false
		}
	}
	return true
}

// around returns the subjects near the tokens from first to last: in the twelve before, and the four after.
func (v *view) around(first, last int) cue {
	var c cue
	for i := max(0, first-12); i < min(len(v.tokens), last+5); i++ {
		if i < first || i > last {
			c |= v.tokens[i].cues
		}
	}
	return c
}

// nearest returns which of the subjects is spoken of last before a token, or 0.
func (v *view) nearest(first int, among cue) cue {
	for i := first - 1; i >= max(0, first-12); i-- {
		if c := v.tokens[i].cues & among; c != 0 {
			return c
		}
	}
	return 0
}
