"""The words that texts of words are made of: common English nouns, verbs and adjectives. Imports no numpy."""

from __future__ import annotations

# Never to be changed, reordered or extended: every drawn text would change with it.
VOCABULARY: tuple[str, ...] = tuple(
    """
    able acid actor adult again agent agree air album alive amber angle animal answer apple april arch area argue arm
    army arrow art aside atlas august aunt author autumn award baby back bag baker balance ball bank barn base basket
    beach bean bear beauty bed bell bench berry bicycle big bird birth bitter black blanket blue board boat body bold
    bone book border bottle bottom bowl box boy branch brass bread breath brick bridge bright broad brother brown brush
    bucket build burn busy butter button cabin cable cake calm camera camp candle canvas captain card care carpet carry
    castle cat cause cellar chain chair chalk chance change cheap cheese cherry chest chief child choice circle city
    clay clean clear clever cliff clock close cloth cloud coast coat coffee cold color common copper corn corner cotton
    country courage cousin cover crane cream crowd crown cup curtain curve dance danger dark daughter dawn day deep deer
    degree desert desk detail diamond dinner direct dish distance doctor dog door double dragon dream dress drink drive
    dry dust eagle early earth east easy edge education effect egg eight elbow empty energy engine enough equal evening
    event every example eye face fact fair family famous farm fast father feather fence fever field finger fire first
    fish flag flame flat floor flower food foot forest fork fortune forward fox free fresh friend frog fruit full future
    garden gate gentle ghost giant girl glass glove goat gold good grain grand grape grass great green ground group
    guest guide guitar hair half hammer hand happy harbor hard harvest hat heart heavy hill history hold home honey hope
    horn horse hotel hour house human hundred ice idea inch inside iron island ivory jacket january jar jewel journey
    judge juice july jump june kettle key kind king kitchen knee knife knot lady lake lamp land language large last late
    laugh lead leaf leather left lemon letter level library light lime line lion liquid little living lock long love low
    lucky lunch machine magic major maple march market mask master match meadow meal measure medal member memory metal
    middle mile milk mind minute mirror mist model moment money monkey month moon morning mother motion mountain mouse
    mouth movie museum music narrow nation nature near needle neighbor nest net new night nine noble noise north nose
    note number oak ocean offer office oil old olive onion open orange orbit order outside owner page paint pair palace
    paper parade parent park part party patch path peace pear pencil people pepper perfect person phone piano picture
    pilot pine pink pipe place plain planet plant plate play pocket poem point polite pond poor potato powder prince
    print prize profit proud public pupil purple quality queen question quick quiet rabbit race radio rail rain ranch
    range rapid raven ready reason record red region rest rice rich ride right ring river road rock roof room root rope
    rose rough round royal ruby rule sail salt sand scale scene school science sea season seat second secret seed seven
    shade shape share sharp sheep shelf shell ship shirt shoe shop shore short shoulder sign silent silk silver simple
    singer sister sky sleep slow small smart smile smoke smooth snow soap soft soil solid son song sound soup south
    space spark special speed spice spirit spoon sport spring square stable stage stair star station steam steel stem
    step stone store storm story stream street strong student sugar summer sun supper sweet swim table tail tall tea
    teacher team temple ten tent thin third thread three ticket tide tiger timber time tiny tired title tomato tongue
    tool tooth tower town toy track trade train travel tree triangle trip true trunk truth tunnel twelve twenty twin
    uncle under union upper useful usual valley value velvet vessel view village violet visit voice wagon walk wall warm
    watch water wave weather week well west wheat wheel whistle white wide wild wind window wine wing winter wire wise
    wolf woman wonder wood wool word work world yard year yellow young zebra zero
    """.split()  # noqa: SIM905 - a list of words reads best as words
)
LONGEST_WORD = max(map(len, VOCABULARY))
SHORTEST_WORD = min(map(len, VOCABULARY))
MEAN_WORD = sum(map(len, VOCABULARY)) / len(VOCABULARY)
"""Bytes, which are characters here."""
