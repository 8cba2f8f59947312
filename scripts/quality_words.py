"""Words, sentences and headers of the data sets of our own. Used by quality_make.py.

In a sentence {!} stands for the labelled value, {LABEL=kind} for a further one, {kind} for a value that is not to be found.
"""

FIRST = ("Maria", "John", "Aisha", "Pedro", "Ingrid", "Tomasz", "Chloe", "Ravi", "Yuki", "Liam", "Olga", "Ahmed", "Sofia", "Lucas", "Hannah")
LAST = ("Example", "Muster", "Sample", "Beispiel", "Novak", "Rossi", "Garcia", "Jansen", "Kowalski", "Svensson", "Okafor", "Tanaka", "Dubois", "Murphy")
CITIES = ("Springfield", "Leeds", "Lyon", "Porto", "Graz", "Utrecht", "Gdansk", "Malmo", "Verona", "Sevilla")
STREETS = ("Oak Street", "Maple Avenue", "High Street", "Station Road", "Elm Drive", "Church Lane", "Park Blvd")

FRAMES = (
    "{}", "Hello,\n\n{}\n\nKind regards\nThe team", "> {}\nok, thanks", "[ticket {int5}] {}", "{stamp} INFO request handled: {} (took {int3} ms)",
    "Note from the call: {}", "- {}\n- closed by agent", "Subject: your request\n\n{}\n", "agent: how can I help?\nuser: {}\nagent: one moment please",
)

# entity, maker(s), sentences
PHRASES = (
    ("CREDIT_CARD", "card|card_grouped", ("my card number is {!}", "please charge {!}, it is a credit card", "card {!} was declined twice", "The payment card on file: {!}", "paid with visa {!}")),
    ("EMAIL_ADDRESS", "email", ("write to {!}", "<{!}> wants a reply", "contact: {!}.", "user {!} logged in", "{{\"mail\": \"{!}\"}}".replace("{{", "(").replace("}}", ")"))),
    ("IBAN_CODE", "iban|iban_spaced", ("transfer it to {!}", "IBAN: {!}", "Refund account {!} please", "Meine IBAN lautet {!}")),
    ("IP_ADDRESS", "ipv4", ("login from {!}", "client {!} was blocked", "host={!} port=8080", "traffic to {!}:443 dropped")),
    ("URL", "url", ("see {!}", "the page {!} is gone", "link: {!}")),
    ("US_SSN", "ssn", ("SSN {!}", "my social security number is {!}", "Social: {!}, please verify", "ssn={!}")),
    ("US_SSN", "ssn_plain", ("SSN {!}", "social security number {!}")),
    ("US_ITIN", "itin", ("my ITIN is {!}", "taxpayer id {!}")),
    ("US_EIN", "ein", ("EIN {!}", "our federal tax id is {!}")),
    ("US_NPI", "npi", ("NPI {!}", "the provider number {!} is inactive")),
    ("MEDICAL_LICENSE", "dea", ("DEA number {!}", "prescriber DEA: {!}")),
    ("US_MBI", "mbi", ("Medicare number {!}", "MBI: {!}")),
    ("ABA_ROUTING_NUMBER", "aba", ("routing number {!}", "ABA {!}, account to follow")),
    ("PHONE_NUMBER", "us_phone", ("call me at {!}", "phone: {!}", "{!} is my mobile", "you can reach us on {!} after six", "fax {!}")),
    ("PHONE_NUMBER", "de_phone|uk_phone|fr_phone", ("Tel. {!}", "my phone number is {!}", "ring {!} please", "Telefon: {!}", "mobile {!}")),
    ("DATE_TIME", "date_iso|date_slash|date_words|date_dots", ("born on {!}", "date of birth: {!}", "She was admitted on {!} with fever", "due {!}")),
    ("ZIP_CODE", "zip", ("Springfield, MA 02134 is wrong, zip code {!} is right".replace("02134", "{ZIP_CODE=zip}").replace("MA {ZIP_CODE=zip} is wrong, ", ""), "ZIP {!}", "postal code: {!}")),
    ("ZIP_CODE", "#AA9 9AA".replace("#AA9 9AA", "uk_postcode"), ("our office, London {!}", "postcode {!}", "lives at {!} now")),
    ("US_DRIVER_LICENSE", "#A9999999|#99999999", ("driver's license {!}", "my drivers license number is {!}", "DL: {!}")),
    ("US_PASSPORT", "#A99999999", ("passport number {!}", "US passport {!}")),
    ("UK_NHS", "uk_nhs|nhs_plain", ("NHS number {!}", "patient, NHS no. {!}")),
    ("UK_NINO", "uk_nino", ("National Insurance number {!}", "NINO: {!}", "my NI number is {!}")),
    ("DE_TAX_ID", "de_tax_id", ("Steuer-ID {!}", "meine Steueridentifikationsnummer ist {!}", "IdNr. {!}")),
    ("DE_SOCIAL_SECURITY", "de_social", ("Sozialversicherungsnummer {!}", "SV-Nummer: {!}")),
    ("DE_HEALTH_INSURANCE", "de_health", ("Krankenversichertennummer {!}", "Versichertennummer: {!}")),
    ("DE_VAT_ID", "de_vat", ("USt-IdNr. {!}", "VAT ID {!}")),
    ("FR_NIR", "fr_nir", ("numéro de sécurité sociale {!}", "NIR : {!}")),
    ("FR_SIRET", "fr_siret", ("SIRET {!}", "numéro SIRET : {!}")),
    ("FR_SIREN", "fr_siren", ("SIREN {!}", "RCS Lyon, SIREN {!}")),
    ("ES_NIF", "es_nif", ("DNI {!}", "mi NIF es {!}")),
    ("ES_NIE", "es_nie", ("NIE {!}", "con NIE número {!}")),
    ("IT_FISCAL_CODE", "it_fiscal", ("codice fiscale {!}", "C.F. {!}", "il suo codice: {!}")),
    ("IT_VAT_CODE", "it_vat", ("partita IVA {!}", "P.IVA {!}")),
    ("NL_BSN", "nl_bsn", ("BSN {!}", "burgerservicenummer: {!}")),
    ("BE_NATIONAL_NUMBER", "be_national", ("rijksregisternummer {!}", "numéro national {!}")),
    ("PL_PESEL", "pl_pesel", ("PESEL {!}", "numer PESEL: {!}")),
    ("PL_NIP", "pl_nip", ("NIP {!}", "NIP: {!}, faktura")),
    ("PT_NIF", "pt_nif", ("NIF {!}", "contribuinte n.º {!}")),
    ("SE_PERSONNUMMER", "se_person", ("personnummer {!}", "pnr {!}")),
    ("NO_FODSELSNUMMER", "no_birth", ("fødselsnummer {!}", "Fødselsnr: {!}")),
    ("FI_PERSONAL_IDENTITY_CODE", "fi_person", ("henkilötunnus {!}", "hetu: {!}")),
    ("CZ_BIRTH_NUMBER", "cz_birth", ("rodné číslo {!}", "RČ: {!}")),
    ("RO_CNP", "ro_cnp", ("CNP {!}", "cod numeric personal: {!}")),
    ("BG_EGN", "bg_egn", ("ЕГН {!}", "EGN: {!}")),
    ("HR_OIB", "hr_oib", ("OIB {!}", "OIB: {!}")),
    ("EE_PERSONAL_CODE", "baltic", ("isikukood {!}",)),
    ("LT_PERSONAL_CODE", "baltic", ("asmens kodas {!}",)),
    ("CH_AHV", "ch_ahv", ("AHV-Nummer {!}", "numéro AVS {!}", "AHV {!}")),
    ("AT_SOCIAL_SECURITY", "at_social", ("SVNR {!}", "Sozialversicherungsnummer {!}")),
    ("GR_AMKA", "gr_amka", ("ΑΜΚΑ {!}", "AMKA: {!}")),
    ("IE_PPSN", "ie_ppsn", ("PPS number {!}", "PPSN: {!}")),
    ("SI_EMSO", "si_emso", ("EMŠO {!}",)),
    ("TR_NATIONAL_ID", "tr_national", ("TC kimlik no {!}", "T.C. Kimlik: {!}")),
    ("ZA_ID_NUMBER", "za_id", ("South African ID number {!}", "ID number {!}")),
    ("KR_RRN", "kr_rrn", ("주민등록번호 {!}", "RRN {!}")),
    ("TW_NATIONAL_ID", "tw_national", ("身分證字號 {!}", "national ID {!}")),
    ("SG_NRIC_FIN", "sg_nric", ("NRIC {!}", "my FIN is {!}")),
    ("TH_TNIN", "th_tnin", ("เลขประจำตัวประชาชน {!}", "Thai national ID {!}")),
    ("MX_CURP", "mx_curp", ("CURP {!}", "mi CURP: {!}")),
    ("MY_NRIC", "my_nric", ("MyKad {!}", "no. kad pengenalan {!}")),
    ("PK_CNIC", "pk_cnic", ("CNIC {!}", "my CNIC number is {!}")),
    ("IMEI", "imei", ("IMEI {!}", "device imei: {!}")),
    ("VIN", "vin", ("VIN {!}", "the vehicle identification number is {!}")),
    ("MAC_ADDRESS", "mac_fixed", ("MAC {!}", "device {!} joined the network")),
    ("CRYPTO", "ethereum", ("wallet {!}", "send ETH to {!}")),
    ("SWIFT_CODE", "swift", ("BIC {!}", "SWIFT code: {!}")),
)

# Nothing here may be reported: what a sentence says it is, or what its shape says.
NEGATIVE = (
    "your order number is {int9}", "tracking number {ups} is on its way", "shipment {int10} left the depot", "invoice {int7} over {money} EUR",
    "upgrade from {version} to {version}", "build {int5} of version {version} failed", "commit {hex40}", "sha256 {hex64}", "request id {hex8} not found",
    "SKU {sku} is sold out", "ISBN {isbn}", "started at epoch {epoch}", "loss {share} after {int5} steps", "case {int9} was closed", "part number {sku} replaces {sku}",
    "error code {int5} at line {int3}", "we have {int5} items in stock and {int7} sold", "for (i = 0; i < {int5}; i++) total += {int3};", "color: #{hex8};",
    "ticket {int9} has been merged into {int9}", "the file is {int10} bytes long", "lot {int7}, batch {int5}", "page {int3} of {int3}", "reference number {int10}",
    "serial number {int10}", "product {int9} is back", "coupon {sku} expired", "matrix [{int3}, {int3}, {int3}, {int3}]", "order {int16} shipped", "{money} / {money} = {share}",
    "malloc({int5}) returned 0x{hex8}", "survey id {int7}, question {int3}", "port {int5} is open", "max-age={int9}", "range bytes={int7}-{int9}",
)

# entity, maker(s), headers in words
COLUMNS = (
    ("PERSON", "name", "full name|customer name|patient name|employee name"), ("PERSON", "first", "first name|given name|vorname|prénom"),
    ("PERSON", "last", "last name|surname|nachname|apellido"), ("EMAIL_ADDRESS", "email", "email|email address|e mail|contact email|user email"),
    ("PHONE_NUMBER", "us_phone", "phone|phone number|mobile|telephone|cell phone"), ("PHONE_NUMBER", "de_phone", "telefon|handynummer|telefonnummer"),
    ("PHONE_NUMBER", "uk_phone", "phone|contact number"), ("PHONE_NUMBER", "fr_phone", "téléphone|portable"),
    ("STREET_ADDRESS", "street", "address|street address|home address|billing address"), ("LOCATION", "city", "city|town|birth place|hometown"),
    ("ZIP_CODE", "zip", "zip|zip code|postal code|postcode"), ("ZIP_CODE", "uk_postcode", "postcode|postal code"),
    ("DATE_OF_BIRTH", "date_iso", "date of birth|birth date|dob|geburtsdatum|fecha nacimiento"), ("DATE_OF_BIRTH", "date_slash|date_dots", "birthday|dob"),
    ("CREDIT_CARD", "card", "credit card|card number|cc number|kreditkarte|pan"), ("CREDIT_CARD", "card_grouped", "card no|payment card"),
    ("IBAN_CODE", "iban", "iban|account iban|bank account"), ("IBAN_CODE", "iban_spaced", "iban"), ("SWIFT_CODE", "swift", "bic|swift|swift code"),
    ("IP_ADDRESS", "ipv4", "ip|ip address|client ip|remote addr|src ip"), ("MAC_ADDRESS", "mac_fixed", "mac|mac address|device mac"),
    ("URL", "url", "url|website|homepage|profile url"), ("IMEI", "imei", "imei|device imei"), ("VIN", "vin", "vin|vehicle vin|chassis number"),
    ("CRYPTO", "ethereum", "wallet|eth address|wallet address"),
    ("US_SSN", "ssn", "ssn|social security number|social security|customer ssn"), ("US_SSN", "ssn_plain", "ssn|social security no"),
    ("US_ITIN", "itin", "itin|taxpayer id"), ("US_EIN", "ein", "ein|employer id|federal tax id"), ("US_NPI", "npi", "npi|provider npi|npi number"),
    ("MEDICAL_LICENSE", "dea", "dea number|dea"), ("US_MBI", "mbi", "mbi|medicare number|medicare id"), ("ABA_ROUTING_NUMBER", "aba", "routing number|aba|aba routing"),
    ("US_DRIVER_LICENSE", "#A9999999", "drivers license|driver license number|dl number"), ("US_PASSPORT", "#A99999999", "us passport|passport number|passport no"),
    ("US_BANK_NUMBER", "int10", "account number|bank account number|acct no"),
    ("UK_NHS", "uk_nhs", "nhs number|nhs no"), ("UK_NHS", "nhs_plain", "nhs number|nhs"), ("UK_NINO", "uk_nino", "nino|national insurance number|ni number"),
    ("DE_TAX_ID", "de_tax_id", "steuer id|steueridentifikationsnummer|tax id"), ("DE_SOCIAL_SECURITY", "de_social", "sozialversicherungsnummer|sv nummer|rentenversicherungsnummer"),
    ("DE_ID_CARD", "de_id_card", "personalausweisnummer|ausweisnummer"), ("DE_HEALTH_INSURANCE", "de_health", "krankenversicherungsnummer|versichertennummer"),
    ("DE_VAT_ID", "de_vat", "ust id|vat id|vat number"), ("FR_NIR", "fr_nir", "nir|numéro sécurité sociale|numero secu"), ("FR_SIREN", "fr_siren", "siren|numéro siren"),
    ("FR_SIRET", "fr_siret", "siret|numéro siret"), ("ES_NIF", "es_nif", "dni|nif|documento identidad"), ("ES_NIE", "es_nie", "nie|número nie"),
    ("IT_FISCAL_CODE", "it_fiscal", "codice fiscale|cod fiscale"), ("IT_VAT_CODE", "it_vat", "partita iva|p iva"), ("NL_BSN", "nl_bsn", "bsn|burgerservicenummer"),
    ("BE_NATIONAL_NUMBER", "be_national", "rijksregisternummer|numéro national|national number"), ("BE_NATIONAL_NUMBER", "be_plain", "rijksregisternummer"),
    ("PL_PESEL", "pl_pesel", "pesel|numer pesel"), ("PL_NIP", "pl_nip", "nip|numer nip"), ("PT_NIF", "pt_nif", "nif|contribuinte"),
    ("SE_PERSONNUMMER", "se_person", "personnummer|pnr"), ("NO_FODSELSNUMMER", "no_birth", "fødselsnummer|fodselsnummer"),
    ("FI_PERSONAL_IDENTITY_CODE", "fi_person", "henkilötunnus|hetu|henkilotunnus"), ("CZ_BIRTH_NUMBER", "cz_birth", "rodné číslo|rodne cislo"),
    ("RO_CNP", "ro_cnp", "cnp|cod numeric personal"), ("BG_EGN", "bg_egn", "егн|egn"), ("HR_OIB", "hr_oib", "oib|osobni broj"),
    ("EE_PERSONAL_CODE", "baltic", "isikukood"), ("LT_PERSONAL_CODE", "baltic", "asmens kodas|asmens_kodas".replace("|asmens_kodas", "")),
    ("CH_AHV", "ch_ahv", "ahv nummer|ahv|avs"), ("CH_AHV", "ahv_plain", "ahv nummer"), ("AT_SOCIAL_SECURITY", "at_social", "svnr|sozialversicherungsnummer"),
    ("GR_AMKA", "gr_amka", "amka|αμκα"), ("IE_PPSN", "ie_ppsn", "ppsn|pps number"), ("HU_TAJ", "hu_taj", "taj|taj szám|taj szam"),
    ("SI_EMSO", "si_emso", "emšo|emso"), ("TR_NATIONAL_ID", "tr_national", "tc kimlik no|tckn"), ("ZA_ID_NUMBER", "za_id", "sa id number|id number"),
    ("KR_RRN", "kr_rrn", "주민등록번호|rrn"), ("TW_NATIONAL_ID", "tw_national", "身分證字號|national id"), ("SG_NRIC_FIN", "sg_nric", "nric|fin"),
    ("TH_TNIN", "th_tnin", "เลขประจำตัวประชาชน|thai id"), ("MX_CURP", "mx_curp", "curp"), ("MY_NRIC", "my_nric", "mykad|nric|ic number"),
    ("PK_CNIC", "pk_cnic", "cnic|cnic number"), ("NZ_IRD", "nz_ird", "ird number|ird"),
)

# maker, header: columns in which nothing is to be found
DECOYS = (
    ("int7", "order id"), ("int9", "order number"), ("ups", "tracking number"), ("version", "version"), ("hex40", "commit"), ("stamp", "created at"), ("epoch", "updated at"),
    ("money", "amount"), ("int3", "quantity"), ("sku", "sku"), ("share", "score"), ("int5", "views"), ("isbn", "isbn"), ("hex8", "request id"), ("int10", "invoice number"),
    ("int10", "bytes sent"), ("int9", "article id"), ("int5", "status code"), ("int3", "country code"), ("hex64", "sha256"),
)
