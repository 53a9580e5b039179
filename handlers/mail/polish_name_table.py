"""Names that people in Poland bear: first names of all ages, surnames that change within."""


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


WOMEN = _words("""
Ada Adela Adelajda Adriana Adrianna Agata Agnieszka Aldona Aleksandra Alfreda Alicja Alina
Amanda Amelia Anastasija Anastazja Aneta Angelika Ania Aniela Anita Anna Antonina Apolonia
Ariana Arleta Aurelia Balbina Barbara Basia Beata Beatrycze Bernadeta Bernadetta Berta Blanka
Bogdana Bogna Bogumiła Bogusława Bolesława Bożena Bożenna Bronisława Brygida Cecylia Celina
Czesława Dagmara Danka Danuta Daria Diana Dobrosława Dominika Dorota Edyta Ela Eleonora Eliza
Elwira Elżbieta Emilia Emma Ernestyna Eryka Eugenia Ewa Ewelina Felicja Feliksa Filomena
Franciszka Gabriela Genowefa Gertruda Gosia Grażyna Halina Halyna Hania Hanna Helena Henryka
Honorata Hortensja Ida Iga Ilona Inga Inna Irena Irmina Iryna Iwona Iza Izabela Izabella Jadwiga
Jagna Jagoda Janina Jarosława Jaśmina Joanna Jola Jolanta Jowita Judyta Julia Julianna Julija
Julita Justyna Józefa Kaja Kalina Kamila Karina Karolina Kasia Kasieńka Katarzyna Kateryna
Kazimiera Kinga Klara Klaudia Klementyna Kleopatra Konstancja Kornelia Krysia Krystyna Ksenia
Larysa Laura Lena Leokadia Leonarda Lidia Lila Liliana Lilla Liwia Lucyna Ludmila Ludmiła
Ludmyła Ludwika Luiza Magda Magdalena Maja Malina Malwina Marcelina Marcjanna Maria Marianna
Mariia Marika Mariola Marlena Marta Martyna Maryla Marysia Marzanna Marzena Matylda Małgorzata
Melania Michalina Milena Mirosława Monika Nadia Nadzieja Natalia Natalija Natasza Nela Nikola
Nina Oksana Ola Olena Olga Olimpia Oliwia Otylia Ołena Patrycja Paula Paulina Pelagia Petronela
Pola Regina Renata Roksana Romana Romualda Rozalia Rozanna Ryszarda Róża Sabina Salomea Sandra
Sara Seweryna Sonia Stanisława Stefania Stella Switłana Sylwia Sława Tamara Tatiana Teodora
Teodozja Teresa Tetiana Tola Urszula Violetta Wacława Walentyna Waleria Walerija Wanda Weronika
Wiera Wiesława Wiktoria Wiktorija Wioleta Wioletta Władysława Zdzisława Zofia Zosia Zuzanna Zyta
Łada Łucja Świetlana Żaneta
""")

# They keep one form in every case.
WOMEN_OF_ONE_FORM = _words("Nel Noemi Miriam Ines Karmen Rut Nicole Beatrycze")

MEN = _words("""
Adam Adolf Adrian Albert Albin Aleks Aleksander Aleksy Alfons Alfred Alojzy Amadeusz Ambroży
Anastazy Anatol Andrij Andrzej Antoni Apoloniusz Arek Arkadiusz Arnold Artur August Augustyn
Aurelian Aureliusz Barnaba Bartek Bartosz Bartłomiej Bazyli Benedykt Beniamin Benon Bernard
Bogdan Bogumił Bogusław Bohdan Bolesław Bonifacy Borys Bożydar Bronisław Bruno Brunon Błażej
Cezary Cyprian Cyryl Czesław Damian Daniel Darek Dariusz Dawid Denis Dionizy Dmytro Dominik
Donat Dorian Edmund Edward Edwin Eligiusz Emanuel Emil Emilian Ernest Eryk Eugeniusz Eustachy
Fabian Felicjan Feliks Ferdynand Filip Florian Franciszek Franek Fryderyk Gabriel Gerard Gerwazy
Gniewomir Gracjan Grzegorz Grzesiek Gustaw Hektor Heniek Henryk Herbert Hieronim Hilary Hipolit
Hubert Ignacy Igor Irek Ireneusz Iwan Iwo Izydor Jacek Jakub Jan Janek Janusz Jarek Jarosław
Jeremi Jeremiasz Jerzy Joachim Julian Juliusz Jurek Jurij Justyn Józef Józek Kacper Kajetan
Kamil Karol Kasper Kazik Kazimierz Kewin Klemens Konrad Konstanty Konstantyn Kordian Kornel
Korneliusz Kosma Krystian Krzesimir Krzysiek Krzysztof Ksawery Kuba Lech Lechosław Leon Leonard
Leopold Leszek Lesław Lew Longin Lucjan Ludwik Maciej Maksym Maksymilian Marcel Marceli Marcin
Marek Marian Mariusz Mateusz Maurycy Melchior Michał Mieczysław Mieszko Mietek Mikołaj Mirek
Miron Mirosław Miłosz Mykoła Natan Nataniel Nikodem Norbert Olaf Oleg Olek Oleksij Olgierd
Oliwier Oskar Otto Ołeksandr Pankracy Patrycjusz Patryk Paweł Piotr Przemek Przemysław Radosław
Rafał Rajmund Remigiusz Robert Roch Roland Roman Romek Romuald Rudolf Rysiek Ryszard Salomon
Sebastian Sergiusz Serhij Seweryn Stanisław Stasiek Staszek Stefan Sylwester Sylwin Symeon
Szczepan Szymon Sławek Sławomir Tadeusz Teodor Teofil Tobiasz Tomasz Tomek Tymon Tymoteusz Tytus
Wacław Waldemar Walenty Walerian Walery Walter Wasyl Wawrzyniec Wiesław Wiktor Wilhelm Wincenty
Wit Witek Witold Wojciech Wojtek Wołodymyr Władysław Włodzimierz Zbigniew Zbyszek Zbyszko
Zdzisiek Zdzisław Zenon Ziemowit Zygfryd Zygmunt Łukasz Żegota
""")

# The e before the last consonant is lost, or the ending is one of its own.
MEN_OF_OWN_FORMS = {
    "Aleksander": ("Aleksandra",),
    "Sylwester": ("Sylwestra",),
    "Kacper": ("Kacpra",),
    "Kasper": ("Kaspra", "Kaspera"),
    "Paweł": ("Pawła",),
    "Wawrzyniec": ("Wawrzyńca",),
    "Lew": ("Lwa",),
    "Bruno": ("Brunona", "Bruna"),
    "Iwo": ("Iwona", "Iwa"),
    "Otto": ("Ottona", "Otta"),
    "Roch": ("Rocha",),
    "Dmytro": ("Dmytra",),
    "Krzysiek": ("Krzyśka",),
    "Stasiek": ("Staśka",),
    "Rysiek": ("Ryśka",),
    "Zdzisiek": ("Zdziśka",),
    "Grzesiek": ("Grześka",),
    "Heniek": ("Heńka",),
}

# Of two surnames that a form may come from (Kupca: Kupiec or Kupc) people bear these.
CHANGING_SURNAMES = frozenset(
    _words("""
adamiec anioł banaszek bartek bator bednarek bielec bożek bysiek bóbr chmiel cichoń cukier
czerwiec domek dudek dziób dąb dąbek franek frank gajek gołąb grudzień grzybek górek gąsior
gąsiorek głąb jagiełło janeczek janek jasiek jeleń jeziorek jurek józwik kaczmarek kamień klimek
kocioł kopeć korzeń kosiec kotek kozieł kozioł kołek krawiec krzysztofek kubek kubiczek kubiec
kuczek kupiec kwiatek kwiecień kędzior lipiec maciejek malec marek marzec mazurek
michalec michałek misiek mróz młody olejarek orzeł pasek pawełek piątek polek ptaszek rosół
rożek rudy rusek skowronek sobek sokół sroka stasiek stolarek styczeń stępień szewc szulc sójka
tomaszek turek tusk urbanek wawrzynek wieczorek wilczek wilk wrzesień wróbel węgiel włodek zając
ząb złoty święty żurawiec
""")
)
