"""Given names that tell the gender of a pronoun, for articles without courtesy titles; lower case."""

from __future__ import annotations

from dashboard_core.extract.speaker_words import words

__all__ = ["FEMALE", "MALE"]

FEMALE = words(
    """aida aigul ainura aisha aizada alexandra alice alina aliya amanda amina amy ana anastasia andrea
    angela ann anna anne annegret annie antonia asel ashley asma astrid ayesha aygul aynur barbara
    beatrice bella bermet bonnie brenda bridget camilla carla carol caroline carolyn catherine cecilia
    celia charlotte christina christine chrystia cindy claire clara claudia condoleezza cristina daniela
    daria debbie deborah deirdre diana diane dianne dina dorothy edith ekaterina elena elisa elizabeth
    ella ellen elmira elvira emily emma erica erika ester eva eve evelyn farida fatima federica fiona
    florence frances francesca gabriela gina gita gloria grace gulnara gulshan hanna hannah harriet
    heather heidi helen helena hillary ilse indira ingrid irina isabel isabelle ivanka jacinda jane
    janet jasmine jeanne jennifer jenny jessica jill joan joanna jody josephine joyce judith judy julia
    julie kaja kamala karen karin karina karine kate katherine kathleen kathryn katie katrin kelly
    kersti kimberly kirsten klara kristalina kristen kristina larisa laura lauren laurie leila leyla
    lidia linda lisa liz lolita lucia lucy ludmila lyudmila madeleine madina maia malala margaret
    margarita maria marianne marie marina marine marta martha mary maryam maya megan melania melissa
    mette michelle mona monica nadezhda nadia naledi nana nancy natalia natalie natalya natasha nathalie
    nicola nicole nina nino nora oksana olena olga olivia pamela patricia paula penelope penny petra
    priti rachel raisa ramona rebecca renate rita roberta rosa rose roza ruth salome samantha sandra
    sanna sara sarah saule sharon sheila shirin simone sofia sonia sophia sophie stella stephanie sue
    susan susanna suzanne svetlana sylvia tamara tanya tatiana tatyana teresa theresa tina togzhan tulsi
    ulrike umida ursula valentina valeria vera veronica victoria viktoria wendy yulia yuliya yvette
    zamira zarina zeinab zhanna zoe zuzana"""
)
MALE = words(
    """abdul abdulla abdullah abe abiy adam adrian ahmad ahmed aidar akram akylbek alain alan albert
    alberto aleksandar aleksander aleksandr aleksei alex alexander alexandre alexei alexey ali alim
    almazbek amangeldi anatoly anders andre andreas andrei andrew andrey andrzej andy anthony antonio
    antony antti anwar ariel arkadiy arkady arman armen arnold arthur artur askar askhat azamat barack
    barry bashar ben benjamin bernard bernie bill bob bolat boris borut brad brandon brett brian bruce
    bruno carl carlos charles chris christian christopher chuck craig cyril dan daniel daniyar dave
    david davit denis dennis denys dmitri dmitriy dmitry dmytro dominic dominique donald dosym doug
    douglas ed edil edward edwin egor elbridge elmar emil emmanuel emomali eric erik erlan ernest
    ernesto esmaeil evgeny fabian felipe felix francis francois frank françois frederik friedrich
    gabriel gary gavin geert geoff geoffrey george georgi gerard gerhard giorgi giuseppe gordon graham
    greg gregory guido guillermo gustav guy hakan hamid hans harry hassan heiko heinz henry herman
    howard hugh hulusi ian ibragim ibrahim igor ihor ilham ilya imran islam ismail ivan jacek jack jacob
    jair jake jakub james jan jason javad javier jean jean-claude jean-yves jeff jeffrey jens jeremy
    jerry jim jimmy joachim joe joel joerg john jon jonathan jorge jose josep joseph josh joshua josé
    juan julian jurgen justin kairat kanat karl kassym keir keith ken kenneth kevin khalid kirill kofi
    kubanychbek kurt lance larry lars lech lee leo leon leonid levan levent liam lindsey lloyd louis
    luca luis lukas luke maciej mahmoud manuel marat marc marcel marcin marco marcus mario mark marko
    maros mars martin masoud mateusz matt matteo matthew matthias max maxim mehdi mevlut michael michel
    miguel mihail mike mikhail mikheil milan mirek mitch mitt mohamed mohammad mohammed murat mustafa
    narendra nasser neil nicholas nick nicolas nigel nikol nikola nikolai nikolay norbert nurlan
    nursultan oleg oleksandr oleksii oliver olivier omar omurbek oscar otto pablo pat patrick paul pavel
    pedro pekka peter petr petro phil philip philippe pierre piotr pyotr radek radoslaw rafael rajnath
    ralf ramzan rand raul ravshan recep reinhard reza ricardo richard rick rob robert roberto rodrigo
    roger roland roman ron ronald roy ruben rudolf ruslan rustam ryan sadyr salman sam samuel sauli
    scott sean sebastian sebastien serdar serge sergei sergey sergio serhiy shavkat simon sirojiddin
    sooronbay stanislav stefan stephen steve steven stuart sultan taalaibek talgat tayyip ted terry
    thierry thomas tim timothy timur tobias todd tom tomas tony traian tucker ulugbek vadim valdis
    valery vasily viktor vincent vitaly vladimir vladislav volodymyr walter wang wayne werner wilbur
    will william wolfgang xi yang yerlan yevgeny yuri yury yusuf zbigniew zoran"""
)
