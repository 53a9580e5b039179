"""Single folded words that may stand around a name, and those that are never part of one."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


ROLES = _words("""
pan pani pana pania panu panie panowie panow panstwa p dr hab mgr inz prof lic ks ksiadz ksiedza
mec adw prezes prezesa prezeska prezeske wiceprezes wiceprezesa soltys soltysa soltyska soltyske
radny radna radnego radnej przewodniczacy przewodniczaca przewodniczacego zastepca wojt wojta
burmistrz burmistrza skarbnik skarbnika skarbniczka sekretarz sekretarza sekretarka dyrektor
dyrektora dyrektorka dyrektorke kierownik kierownika kierowniczka czlonek czlonka czlonkini
czlonkinie czlonkowie druh druha druhna druhne naczelnik naczelnika opiekun opiekuna opiekunka
instruktor instruktora instruktorka wolontariusz wolontariusza wolontariuszka wolontariuszke
trener trenera trenerka animator animatora animatorka lider lidera liderka liderke koordynator
koordynatora koordynatorka zarzadu mr mrs ms the
""")
LABELS = _words("""
tel telefon telefonu telefoniczny telefonem nr numer kom komorka komorkowy mob mobile phone mail
maila mailowy email e adres adresu adresem kontakt kontaktowy jego jej ich to imie imiona
nazwisko nazwiska i oraz a and poczta elektroniczna elektroniczny lp l uczestnik uczestniczka
osoba name address oto mailto number dane kontaktowe uczestnika o na
""")
MONTHS = _words("""
stycznia lutego marca kwietnia maja czerwca lipca sierpnia wrzesnia pazdziernika listopada
grudnia poniedzialek wtorek sroda czwartek piatek sobota niedziela
""")
_BODIES = _words("""
ochotnicza ochotniczej straz strazy pozarna pozarnej kolo kola gospodyn wiejskich klub klubu
stowarzyszenie stowarzyszenia fundacja fundacji gmina gminy gminny gminna urzad urzedu szkola
szkoly podstawowa parafia parafii rada rady solectwo solectwa biblioteka biblioteki dom domu
osrodek kultury sportowy sportu seniora osp kgw ul ulica ulicy zwiazek towarzystwo zespol
projekt projektu program programu akademia akademii powiat polska polski uks lks sp zs
""")
SAYING = _words("""
tak nie dzien dobry witam szanowni szanowna szanowny zglaszam zglaszamy zglosze zglosimy
zapisuje zapisujemy deleguje delegujemy wyznaczam wyznaczamy typuje typujemy nominuje nominujemy
rejestruje rejestrujemy wysylam wysylamy prosze prosimy zapisac dopisac wpisac zapisanie
dopisanie wpisanie zarejestrowac zglosic rezygnuje rezygnujemy rezygnuja wypisac skreslic
wykreslic wycofuje wycofujemy potwierdzam potwierdzamy potwierdza udzial obecnosc bedzie beda
przyjdzie przyjda przyjade pojedzie pojada wezmie wezma dziekuje dziekujemy pozdrawiam szkolenie
szkolenia szkoleniu spotkanie spotkania spotkaniu warsztaty lista uczestnicy uczestnikow
zgloszenie zgloszenia osoby osob nasi nasze moja moj mama tata syn corka maz zona brat siostra z
w we ze do od dla po przy za jako jest sa byl byla tylko ale lub albo oprocz zamiast bez
niestety rowniez takze ponadto chyba moze jesli jezeli czy gdy ktory ktora oraz i a wraz razem
temat data re odp please register we would like will come attend cannot dear hello yes no from
sent subject pozdrowienia niniejszym razem obok
""")
NEVER_A_NAME = frozenset({*ROLES, *LABELS, *_BODIES, *SAYING})
