"""The sentences that a reply may consist of, folded to small letters without Polish tails.

Each pattern has to match a whole sentence or clause. What does not match is not understood, and
goes to staff: a word in the middle of somebody's thoughts is never taken for an answer.
P stands for a person's name, E for an address, T for a telephone number.
"""

import re


def _all(*patterns: str) -> re.Pattern[str]:
    return re.compile("(?:" + "|".join(patterns) + ")")


_EVENT = (
    r"(?:szkoleni\w{0,3}|spotkani\w{0,3}|wydarzeni\w{0,3}|warsztat\w{0,3}|targ(?:i|ach|ow)|"
    r"kurs\w{0,3}|zajeci\w{0,3}|konferencj\w{0,2}|zebrani\w{0,3}|seminari\w{0,3}|debat\w{0,2}|"
    r"training|meeting|event|workshop|fair)"
)
_THIS = r"(?:ten|tym|tej|tego|tych|te|to|panstwa|najblizszym|najblizszego|the|this|your)"
_AT = rf"(?: (?:w|na|we|z|ze|do|at|in|for|to|the)(?: {_THIS})? {_EVENT})"
_OF_MINE = r"(?: (?:swoj\w{0,2}|moj\w{0,2}|nasz\w{0,3}|my|our))"
_PART = (
    r"(?:udzial\w{0,2}|obecnosc\w{0,2}|obecnosci|uczestnictw\w|przybycie|przybycia|przyjscie"
    r"|wizyte)"
)
_SURE = (
    r"(?:na pewno|oczywiscie|z przyjemnoscia|z radoscia|chetnie|bardzo chetnie|jak najbardziej|"
    r"z checia|rowniez|of course|sure|gladly)"
)
_SELF = r"(?: (?:mnie|nas|sie|me|us))?"
_COMES = (
    r"(?:bede|bedziemy|przyjde|przyjdziemy|przyjade|przyjedziemy|przybede|przybedziemy|"
    r"stawie sie|stawimy sie|pojawie sie|wezme udzial|wezmiemy udzial|bede obecn[ay]|"
    r"bedziemy obecni|bede uczestniczy\w+|skorzystam)"
)
YES = _all(
    rf"(?:tak|yes)(?: (?:tak|yes|prosze|{_SURE}|please))?",
    rf"(?:tak |yes )?(?:{_SURE} )?{_COMES}(?: {_SURE})?{_AT}?",
    rf"(?:tak )?(?:niniejszym )?potwierdza(?:m|my){_OF_MINE}?(?: {_PART}{_AT}?)?",
    rf"potwierdzenie {_PART}{_AT}?",
    rf"(?:tak )?(?:{_SURE} )?(?:zapisuje|zapisujemy|zglaszam|zglaszamy) sie{_AT}?",
    rf"(?:tak )?zglasza(?:m|my){_OF_MINE}? udzial{_AT}?",
    rf"deklaruj(?:e|emy){_OF_MINE}? (?:udzial|chec udzialu){_AT}?",
    rf"(?:tak )?prosze (?:o zapisanie|o wpisanie|zapisac|wpisac|dopisac|zarejestrowac)"
    rf"(?: mnie| nas| sie){_AT}?",
    rf"(?:tak )?prosz(?:e|imy) (?:mnie|nas) (?:zapisac|wpisac|dopisac|zarejestrowac){_AT}?",
    rf"prosimy (?:o zapisanie|o wpisanie|zapisac|wpisac|dopisac) nas{_AT}?",
    rf"(?:chce|chcemy|chcial(?:bym|abym)|chcielibysmy|pragne) (?:wziac udzial|uczestniczyc|"
    rf"zapisac sie|zglosic sie|przyjsc|zglosic{_OF_MINE}? udzial){_AT}?",
    r"(?:przyjmuje|przyjmujemy|biore|akceptuje)(?: (?:to |proponowane |wolne )?miejsce|"
    r" zaproszenie)?",
    rf"(?:yes )?i (?:will|ll|shall)(?: (?:come|attend|be there|take part|participate)){_AT}?",
    rf"(?:yes )?(?:i|we) confirm(?: (?:my|our) (?:participation|attendance|place"
    rf"|registration))?{_AT}?",
    rf"(?:please )?(?:sign me up|register me|count me in){_AT}?",
    r"(?:tak )?(?:bardzo )?chetnie(?: tak)?|oczywiscie ze (?:tak|przyjde|bede|przyjdziemy"
    r"|bedziemy)",
    rf"(?:prosze|prosimy|poprosze) o (?:rezerwacje|zarezerwowanie) (?:1 |jednego )?miejsca(?:"
    rf" dla mnie)?{_AT}?",
    rf"(?:chce|chcial(?:bym|abym)) sie (?:zapisac|zglosic){_AT}?",
    rf"i(?: would|d) like to (?:register|sign up|attend|come|take part){_AT}?",
    r"i accept(?: the (?:place|seat|invitation))?|i(?:ll| will) be there",
)
_SADLY = r"(?:niestety|z przykroscia|z zalem|przykro mi|unfortunately|sorry|i am sorry|im sorry)"
_NOT = (
    r"(?:nie (?:bede|bedziemy|przyjde|przyjdziemy|przyjade|przyjedziemy|wezme udzialu|"
    r"wezmiemy udzialu|skorzystam|skorzystamy)(?: mogl\w{0,2})?(?: przyjsc| byc|"
    r" uczestniczyc"
    r"| wziac udzialu| przyjechac| obecn[ay])?"
    r"|nie (?:moge|mozemy|dam rady|damy rady|jestem w stanie|jestesmy w stanie)"
    r"(?: (?:przyjsc|byc|byc obecn[ay]|przyjechac|przybyc|wziac udzialu|uczestniczyc|skorzystac))?)"
)
# Whoever goes on like this has more to say than why.
_MORE_TO_SAY = (
    r"(?!(?:ale|jednak\w*|chyba|jesli|jezeli|gdyby\w*|moze|czy|wiec|dlatego|prosze|prosimy|zamiast|"
    r"zglasz\w+|zapis\w+|przyjd\w+|bede|wole|innym|inny|innego|but|if|maybe|please|instead)\b)"
)
_BECAUSE = (
    r"(?: (?:z powodu|ze wzgledu na|z przyczyn|z uwagi na|poniewaz|gdyz|bo|because|due to)"
    rf"(?: {_MORE_TO_SAY}[a-z0-9]+){{1,12}})"
)
NO = _all(
    rf"(?:tym razem )?(?:nie|no)(?: (?:tym razem|nie|no|dziekuje|dziekujemy|thank you|thanks"
    rf"|{_SADLY}))?",
    rf"(?:{_SADLY} )?(?:ale )?(?:tym razem )?{_NOT}{_AT}?(?: tym razem)?{_BECAUSE}?",
    rf"{_NOT}{_AT}? {_SADLY}{_BECAUSE}?",
    rf"(?:{_SADLY} )?(?:niniejszym )?rezygnuj(?:e|emy)(?: z{_OF_MINE}?(?: {_PART}{_AT}?|"
    rf" miejsca{_AT}?| {_EVENT}| tego {_EVENT}| zapisu| rejestracji))?{_BECAUSE}?",
    rf"(?:{_SADLY} )?(?:musze|musimy|jestem zmuszon[ya]|chce|chcial(?:bym|abym)) (?:zrezygnowac|"
    rf"sie wycofac|wycofac sie|odwolac{_OF_MINE}?(?: {_PART})?)(?: z{_OF_MINE}?"
    rf" (?:{_PART}{_AT}?|miejsca|{_EVENT}))?{_BECAUSE}?",
    rf"(?:{_SADLY} )?odwoluj(?:e|emy){_OF_MINE}? (?:{_PART}{_AT}?|zgloszenie"
    rf"|rejestracje){_BECAUSE}?",
    rf"rezygnacja(?: z (?:{_PART}{_AT}?|miejsca|{_EVENT}))?",
    rf"(?:{_SADLY} )?(?:prosze|prosimy) (?:mnie|nas|o|sie) ?(?:wypisac|wypisanie|skreslic"
    rf"|skreslenie|wykreslic|"
    rf"wykreslenie|wycofac|usunac z listy uczestnikow){_SELF}(?: ze? (?:listy uczestnikow|"
    rf"listy|{_PART}|{_EVENT}|tego {_EVENT}))?{_BECAUSE}?",
    rf"(?:prosze|prosimy) (?:o )?(?:anulowac|anulowanie|odwolac|odwolanie|wycofac|wycofanie)"
    rf"{_OF_MINE}? ?(?:zgloszenie|zgloszenia|rejestracje|rejestracji|zapis|zapisu|{_PART})?",
    rf"(?:wypisuje|wypisujemy|wycofuje|wycofujemy) sie(?: z (?:{_PART}|{_EVENT}))?{_BECAUSE}?",
    r"zwalniam(?: moje| swoje)? miejsce",
    rf"(?:{_SADLY} )?(?:no )?(?:i|we) (?:can ?t|cannot|can not|won t|wont|will not|am unable to|"
    rf"am not able to)(?: (?:come|attend|make it|take part|participate|be there)){_AT}?{_BECAUSE}?",
    rf"(?:{_SADLY} )?(?:i (?:have to|must|need to|want to|would like to) )?(?:i )?(?:please )?"
    rf"cancel(?: my (?:registration|place|seat|participation|booking)|{_AT})?{_BECAUSE}?",
    rf"(?:{_SADLY} )?(?:tym razem )?nikt(?: (?:od|z|ze) (?:nas|naszej \w{{4,14}}|naszego"
    rf" \w{{4,14}}))? nie (?:przyjdzie|przyjedzie|bedzie|wezmie udzialu|moze|da rady)(?: (?:mogl"
    rf"|przyjsc|byc|przyjechac|wziac udzialu)){{0,2}}{_AT}?{_BECAUSE}?",
    r"(?:i am |im |i m )?not coming|i (?:decline|withdraw)(?: the (?:place|seat|invitation))?",
)
_MAILS = (
    r"(?:zaproszen\w{0,2}|e ?maili|maili|e ?maile|maile|wiadomosci|informacji|newslettera|"
    r"korespondencji|ofert|reklam|takich \w+|tych \w+|invitations|e ?mails|messages)"
)
_MORE = (
    r"(?: (?:wiecej|juz|dalszych|kolejnych|zadnych|takich|tych|do mnie|do nas|mi|nam|na ten"
    r" adres|any|more|further|me|us))"
)
STOP = _all(
    rf"(?:juz )?(?:prosze|prosimy)(?: o)?{_MORE}* nie (?:przysyl|wysyl|przesyl)(?:ac|anie){_MORE}*"
    rf"(?: {_MAILS}{_MORE}*)?",
    rf"(?:prosze|prosimy) (?:nie |o nie)(?:zapraszac|zapraszanie)(?: mnie| nas)?{_MORE}*",
    rf"nie (?:przysylajcie|wysylajcie|przysylac|wysylac)(?: panstwo)?{_MORE}*(?:"
    rf" {_MAILS}{_MORE}*)?",
    rf"nie (?:chce|chcemy|zycze sobie|zyczymy sobie){_MORE}* (?:dostawac|otrzymywac){_MORE}*"
    rf"(?: {_MAILS}{_MORE}*)?",
    rf"(?:prosze|prosimy) przestac{_MORE}* (?:przysylac|wysylac|zapraszac){_MORE}*(?: te)?"
    rf"(?: {_MAILS}{_MORE}*)?",
    rf"(?:prosze|prosimy) (?:mnie |nas |o )?(?:wypisac|wypisanie|usunac|usuniecie|wykreslic|"
    rf"wykreslenie){_SELF} (?:z (?:listy (?:mailingowej|wysylkowej|adresowej|odbiorcow|zaproszen)|"
    rf"newslettera|bazy|bazy danych|panstwa bazy|subskrypcji))",
    rf"rezygnuj(?:e|emy) z (?:otrzymywania |przysylania )?{_MAILS}",
    r"stop|unsubscribe|koniec zaproszen|bez zaproszen",
    rf"(?:please )?(?:no more|stop sending|do not send|don t send|stop inviting){_MORE}*(?:"
    rf" {_MAILS})?",
)

GREETING = _all(
    r"dzien dobry(?: (?:panstwu|wszystkim|(?:pani|panie|panu)(?: \w{2,12})?))?",
    r"witam(?:y)?(?: (?:serdecznie|panstwa|pania|pana|cieplo|bardzo serdecznie))?",
    r"szanown[iyae](?: panstwo| pani| panie| panowie)(?: (?!nie\b)\w{2,14}){0,3}",
    r"dobry wieczor|czesc|hej|halo|szczesc boze|hello|hi|good (?:morning|afternoon|evening)",
    r"(?:dear|drodzy|drogi|droga)(?: \w{2,14}){1,4}|drodzy panstwo",
)
THANKS = _all(
    r"(?:z gory )?(?:bardzo |serdecznie |pieknie |uprzejmie )?dziekuj(?:e|emy)(?: (?:bardzo"
    r"|serdecznie"
    r"|pieknie|slicznie|z gory|uprzejmie|panstwu)){0,2}(?: za (?:mile |panstwa |to |ta |te |"
    r"serdeczne |przeslane )?(?:zaproszenie|informacje|wiadomosc|maila|mail|e mail|pamiec|list|"
    r"przypomnienie|odpowiedz|wyrozumialosc|zrozumienie))?",
    r"(?:many )?thanks(?: a lot| in advance)?(?: for (?:the |your )?(?:invitation|e ?mail"
    r"|message|letter))?",
    r"thank you(?: very much| so much)?(?: for (?:the |your |inviting me |inviting us )?"
    r"(?:invitation|e ?mail|message|letter)?)?",
    r"(?:zycze |zyczymy )?(?:milego|dobrego|udanego) (?:dnia|popoludnia|weekendu|tygodnia"
    r"|wieczoru)",
    r"do (?:zobaczenia|uslyszenia|widzenia)|na razie|wesolych swiat|have a nice day|see you(?:"
    r" there)?",
    r"(?:przepraszam|przepraszamy)(?: (?:bardzo|serdecznie))?(?: za (?:klopot|zamieszanie"
    r"|utrudnienia))?",
    r"(?:serdecznie |lacze )?pozdraw\w+(?: serdecznie| cieplo| goraco)?|z powazaniem|pozdr|regards",
    r"w odpowiedzi na (?:panstwa |otrzymane |przeslane |mile )?(?:zaproszenie|e ?maila?|pismo"
    r"|wiadomosc|list)"
    rf"{_AT}?",
    r"p ?s",
)

# Whoever asks for this gets it anyhow when something is done.
ANSWER_WANTED = _all(
    r"(?:bardzo )?(?:prosze|prosimy) o (?:krotkie |krotka )?(?:potwierdzenie|odpowiedz"
    r"|informacje zwrotna|wiadomosc zwrotna)(?: (?:zapisu|zapisania|zgloszenia|otrzymania"
    r"|przyjecia)(?: (?:zgloszenia|zgloszen|wiadomosci|maila|e maila))?)?(?: (?:zwrotnie|mailem"
    r"|e mailem))?",
    r"please confirm(?: receipt)?",
)
# What agrees without saying to what.
NOD = _all(
    r"ok|oki|okej|okay|dobrze|jasne|zgoda|oczywiscie|rozumiem|super|swietnie|w porzadku|sure|fine",
    r"przyj(?:alem|elam|elismy)(?: do wiadomosci)?|zapozna(?:lem|lam|lismy) sie",
)

_COMES_3 = (
    r"(?:przyjdzie|przyjda|bedzie|beda|przyjedzie|przyjada|pojedzie|pojada|wezmie udzial|"
    r"wezma udzial|bedzie uczestniczy\w+|beda uczestniczy\w+|potwierdza(?:ja)? (?:udzial|obecnosc)|"
    r"wezmie|wezma|will (?:come|attend|take part))"
)
_NOT_3 = (
    r"(?:rezygnuje|rezygnuja|nie (?:przyjdzie|przyjda|bedzie|beda|przyjedzie|przyjada|wezmie "
    r"udzialu|wezma udzialu|moze|moga|da rady|dadza rady)(?: (?:przyjsc|byc|wziac udzialu|"
    r"uczestniczyc|przyjechac|mogl\w?|mogli))?|(?:can ?t|cannot|won t|will not) (?:come|attend)|"
    r"zrezygnowal[ai]?|zrezygnowaly|zrezygnowali)"
)
_US = (
    r"(?:w imieniu(?: (?!nie\b|i\b|rezygn|wycof|odwol|wypis)[a-z]\w+){1,5}?|z naszej"
    r" (?:organizacji|strony|grupy)|od nas|z naszego (?:kola|stowarzyszenia|klubu))"
)
_COUNT = (
    r"(?:\d{1,2}|dwie|dwoch|dwoje|trzy|trzech|troje|cztery|czterech|piec|pieciu|szesc|szesciu"
    r"|siedem|osiem|osmiu)"
)
_THEM = (
    rf"(?:(?:nastepujac\w+|ponizsz\w+|te|tych|naszych|nasze|nasz\w*) )?(?:{_COUNT}"
    rf" )?(?:osob\w{{0,2}}|"
    r"uczestnik\w{0,3}|uczestniczk\w{0,2}|czlonk\w{1,3}|przedstawiciel\w{0,2}|pan|panie|people"
    r"|persons)"
)
_VERB = (
    r"(?:zglasza(?:m|my)|zglosze|zglosimy|zapisuj(?:e|emy)|deleguj(?:e|emy)|wyznacza(?:m|my)"
    r"|typuj(?:e|emy)|nominuj(?:e|emy)|"
    r"rejestruj(?:e|emy)|wysyla(?:m|my)|"
    r"(?:chce|chcemy|chcial(?:bym|abym)|chcielibysmy|pragne|pragniemy) (?:zglosic|zapisac"
    r"|zarejestrowac)|"
    r"prosz(?:e|imy) (?:o )?(?:zapisac|zapisanie|dopisac|dopisanie|wpisac|wpisanie|zarejestrowac|"
    r"zarejestrowanie|przyjac zgloszenie|przyjecie zgloszenia)|prosimy (?:o )?(?:zapisac|zapisanie|"
    r"dopisac|dopisanie|wpisac|wpisanie|zarejestrowanie)|(?:i|we)(?: would like to| want to)? "
    r"(?:register|nominate|sign up|name)|please register|please sign up)"
)
_TO = rf"(?:{_AT}|(?: (?:do|jako) (?:udzialu|uczestnika|uczestnikow)){_AT}?)"
# "Na szkolenie zgłaszam", "od nas przyjdą".
_BEFORE = rf"(?:(?:{_US}|niniejszym|tak|(?:na|w|do)(?: {_THIS})? {_EVENT}) ){{0,2}}"
_ON_LIST = r"(?: (?:do|na) (?:liste|listy)(?: uczestnikow)?)"
_TOO = r"(?: (?:tez|takze|rowniez|ponadto|jeszcze|dodatkowo|also))"
_THEIR = r"(?: (?:udzial|uczestnictwo|obecnosc|kandydatur[ey]))"
_LIST = (
    r"(?:(?:imienna |nasza )?lista (?:uczestnikow|osob|zgloszonych|zgloszonych osob)|uczestnicy"
    r"|uczestnik|uczestniczka|"
    r"uczestniczki|zgloszenie|zgloszenia|zgloszone osoby|nasze zgloszeni[ea]|osoby(?: zgloszone)?|"
    r"zgloszenie (?:uczestnikow|uczestnika|osob)|participants?|nasi (?:przedstawiciele|uczestnicy))"
)
_PEOPLE = r"P(?: (?:(?:i|oraz|a takze|jak rowniez|and|a|ponadto) )?P)*"
NAMING = _all(
    rf"{_BEFORE}{_VERB}{_TOO}?{_ON_LIST}?(?: {_US})?{_TO}?{_THEIR}?(?: {_THEM})?{_TO}?(?: to)?"
    rf" {_PEOPLE}{_TO}?(?: {_US})?",
    rf"{_LIST}{_TO}?(?: to)? {_PEOPLE}",
    rf"(?:tak )?{_BEFORE}(?:(?:udzial )?{_COMES_3}|udzial wezm(?:ie|a)|w {_EVENT}"
    rf" {_COMES_3}){_AT}? {_PEOPLE}{_AT}?",
    rf"(?:tak )?{_PEOPLE} (?:{_SURE} )?{_COMES_3}(?: {_SURE})?{_AT}?",
    rf"potwierdza(?:m|my) {_PART} {_PEOPLE}{_AT}?",
    rf"(?:uczestnikiem|uczestniczka|uczestnikami|uczestniczkami) (?:bedzie|beda) {_PEOPLE}{_AT}?",
)
UNNAMING = _all(
    rf"(?:{_SADLY} )?{_NOT_3}{_AT}? {_PEOPLE}{_AT}?{_BECAUSE}?",
    rf"(?:{_SADLY} )?{_PEOPLE} (?:{_SADLY} )?{_NOT_3}(?: z {_PART})?{_AT}?{_BECAUSE}?",
    rf"(?:prosze|prosimy) (?:o )?(?:wypisac|wypisanie|skreslic|skreslenie|wykreslic|wykreslenie"
    rf"|wycofac|"
    rf"wycofanie|usunac|usuniecie)(?: z listy(?: uczestnikow)?)? {_PEOPLE}(?: z (?:listy(?:"
    rf" uczestnikow)?|{_PART}|{_EVENT}))?{_BECAUSE}?",
    rf"(?:wycofuj(?:e|emy)|wypisuj(?:e|emy)) {_PEOPLE}{_BECAUSE}?",
    rf"(?:odwoluj(?:e|emy)|rezygnuj(?:e|emy) z) (?:{_PART}|zgloszeni[ea])"
    rf" {_PEOPLE}{_AT}?{_BECAUSE}?",
)
# What stands above a list.
NAMING_HEAD = _all(
    rf"{_BEFORE}{_VERB}{_TOO}?(?: {_US})?{_TO}?{_THEIR}?(?: {_THEM})?{_TO}?(?: to)?",
    rf"{_LIST}{_TO}?(?: to)?",
    rf"{_BEFORE}(?:udzial )?{_COMES_3}{_AT}?(?: {_THEM})?|udzial wezm(?:ie|a)(?: {_THEM})?",
    rf"(?:przesyla(?:m|my)|podaj(?:e|emy)|oto) (?:nasza |imienna )?(?:liste|dane|lista)(?:"
    rf" (?:uczestnikow|osob|zgloszonych))?{_TO}?",
)
UNNAMING_HEAD = _all(
    rf"(?:{_SADLY} )?{_NOT_3}{_AT}?(?: {_THEM})?",
    rf"(?:prosze|prosimy) (?:o )?(?:wypisac|wypisanie|skreslic|skreslenie|wykreslic"
    rf"|wykreslenie)(?: {_THEM})?(?: z listy)?",
    r"rezygnacje",
)
HAS_VERB = re.compile(rf"(?:^|.* )(?:{_VERB}|{_LIST}|{_COMES_3}) .*P.*")

# Whoever says one of these has not simply said yes, no or a name.
CONDITION = re.compile(
    r"\b(?:ale|jednak|jednakze|jesli|jezeli|gdyby|gdybym|o ile|pod warunkiem|chyba|moze|byc moze|"
    r"zalezy|ewentualnie|tylko|dopiero|jeszcze nie|nie wiem|nie jestem pewn\w|zastanowie|postaram|"
    r"sprobuje|zamiast|raczej|wstepnie|warunkowo|o ile|but|if|unless|maybe|perhaps|not sure|"
    r"instead|except|oprocz|z wyjatkiem|poza|bez|lub|albo|badz)\b"
)
DOUBT = re.compile(
    rf"{CONDITION.pattern}|\b(?:nie|not|no|czy|rezygn\w+|wycof\w+|odwol\w+|wypis\w+|skresl\w+)\b"
)
QUESTION = re.compile(
    r"(?:a |i |oraz )?(?:czy|kiedy|gdzie|ile|jak|jaki\w*|o ktorej|w jaki|dlaczego|co|kto|do kiedy|"
    r"can i|is there|will there|when|where|how|what)\b.*"
)
HINTS_ACCUSATIVE = re.compile(rf"(?:^|.* ){_VERB}\b.*")
