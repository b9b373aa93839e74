"""What stands on a page around a report and is not part of it: menus, by-lines, credits, slugs.

Rules for lines, as tables. They hold for any site or wire; none knows a single page.
"""

from __future__ import annotations

import re

from detente.sources import days

#: Names of agencies and papers as they sign a report.
AGENCY = (
    r"(?:Reuters|AFP|AP|UPI|Xinhua|Kyodo|Yonhap|KCNA|TASS|ITAR-TASS|Interfax|RIA Novosti|IRNA|ISNA|MENA|SPA|WAM|"
    r"PTI|ANI|IANS|APP|dpa|DPA|EFE|ANSA|Bernama|Antara|VOA|RFE/RL|IRIN|BBC|CNN|Bloomberg|AAP|CP|PA|SANA|"
    r"PANA|IPS|AKI|Agence France[- ]Presse|Associated Press|The Associated Press|Thomson Reuters|"
    r"Agencies|Wires|Wire services|News agencies|Staff|Combined reports|Anadolu(?: Agency)?|AA|GNA|NAN|UN News)"
)

#: Lines that are furniture as they stand (letters and digits only, lower case), by what they are.
_EXACT: dict[str, str] = {
    "menu": """accessibility links|skip to content|skip to main content|skip to navigation|skip to search|
        skip links|main content|jump to content|menu|main menu|site menu|navigation|home|home page|homepage|
        front page|news|latest|latest news|breaking news|breaking|live|live tv|watch live|listen live|world|
        world news|international|international news|asia|asia pacific|africa|americas|europe|middle east|
        latin america|us|uk|us news|uk news|politics|business|economy|sport|sports|culture|arts|science|
        technology|tech|health|travel|weather|opinion|editorials|columns|blogs|video|videos|audio|podcasts|
        podcast|photos|photo gallery|gallery|galleries|pictures|in pictures|features|special reports|
        top stories|top news|headlines|today s headlines|search|search site|advanced search|go|sign in|log in|
        login|sign out|register|my account|account|profile|subscribe|subscribe now|subscribe today|newsletter|
        newsletters|rss|rss feed|feeds|e paper|epaper|archive|archives|site map|sitemap|site index|a z|close|
        open menu|close menu|toggle navigation|back|back to top|top of page|top|next|previous|next article|
        previous article|next story|previous story|prev|show more|load more|more|see more|see all|view all|
        all|edition|change edition|language|languages|english|text only|text size|font size|a a a|
        low graphics|low graphics version|mobile|mobile version|desktop version|printable version|
        print version|printer friendly|printer friendly version|printer friendly page|print|print page|
        print this|print this page|print this article|print article|print story|pdf|email|e mail|
        email this|email this article|email story|email article|e mail this|e mail this article|
        e mail this to a friend|email this to a friend|email to a friend|send to a friend|send|save|
        save this|save article|save this article|bookmark|bookmark this|share|share this|share article|
        share this article|share this story|share this page|share on facebook|share on twitter|
        share on linkedin|share on whatsapp|share via email|share with|share link|copy link|copy url|tweet|
        tweet this|like|like this|like us on facebook|follow us|follow us on twitter|facebook|twitter|x|
        linkedin|whatsapp|telegram|instagram|youtube|pinterest|reddit|google|google plus|digg|delicious|
        stumbleupon|messenger|gift article|gift this article|listen|listen to article|
        listen to this article|listen to this story|play|pause|download|embed|permalink|reprints|
        reprint this article|order reprints|rights and permissions|request permissions|comment|add comment|
        post a comment|leave a comment|leave a reply|join the conversation|have your say|write to us|
        respond to this article|report an error|report a typo|submit a correction|feedback|contact|
        contact us|about|about us|help|faq|jobs|careers|classifieds|marketplace|shop|store|
        advertisement|advertisements|advertising|advertise|advertise with us|ad|ads|sponsored|
        sponsored content|sponsored links|paid content|paid post|promoted|promoted content|
        this is an advertisement|scroll to continue|article continues below|
        article continues below advertisement|story continues below|story continues below advertisement|
        continue reading the main story|continue reading|advertisement scroll to continue|
        skip advertisement|skip ad|read more|read more below|read full story|read the full story|full story|
        full text|full article|click here|click to enlarge|enlarge|enlarge image|enlarge this image|
        view larger|zoom|hide caption|toggle caption|image|picture|photo|file photo|file image|file picture|
        file|slideshow|map|graphic|transcript|loading|please wait|updated|published|text|document|
        ap photo|reuters photo|afp photo|getty images|stock photo|minute read|min read|wire|newswire|
        press release|for immediate release|news release|this article is more than 1 year old""",
    "box": """related|related stories|related story|related articles|related article|related news|
        related content|related coverage|related links|related topics|related internet links|related items|
        related reading|related reports|related video|see also|see also in this section|also read|read also|
        also on this site|more on this|more on this story|more on this topic|more stories|more news|
        more from this section|more in world|more world news|more from|in this story|in this article|
        in this section|key points|at a glance|background and analysis|from other news sites|
        you may also like|you might also like|you may like|recommended|recommended for you|
        recommended stories|recommended articles|we recommend|don t miss|editors picks|editor s picks|
        editor s choice|editors choice|must read|what to read next|read next|up next|trending|
        trending now|popular|most popular|most read|most viewed|most shared|most emailed|most e mailed|
        most commented|most recent|most watched|other top stories|other stories|top stories now|
        the latest|in depth|key stories|features and analysis|today s top stories|elsewhere on the web|
        around the web|from the web|more coverage|full coverage|latest stories|latest headlines""",
    "end": """all rights reserved|terms of use|terms of service|terms and conditions|terms|privacy|
        privacy policy|privacy statement|privacy notice|cookie policy|cookies|cookie settings|
        manage cookies|disclaimer|legal notice|legal|copyright|copyright notice|comments|comments closed|
        comments are closed|no comments|no comments yet|view comments|reader comments|readers comments|
        your comments|discuss|about the author|about the authors|tags|topics|filed under|keywords|
        categories|enditem|end item|item ends|ends|end|30|0|corrections|do not sell my personal information|
        licensing|republish|republish this article|republish our articles|notes to editors|
        for further information|for more information contact|media contact|press contact""",
    "slug": """urgent|flash|bulletin|snap|newsalert|news alert|alert|newsbreak|just in|developing|
        developing story|update|lead|first lead|second lead|third lead|1st lead|2nd lead|3rd lead|
        attention|attention embargo|embargo|embargoed|eds|pictures|picture|with pictures|with picture|
        graphic|with graphic|file pictures|more|recasts|refile|repeat|corrected|correction|roundup|wrapup|
        analysis|exclusive|interview|factbox|timeline|chronology|backgrounder|q a|feature|scene|newsmaker|
        news analysis|news feature|special report|commentary|editorial|profile""",
}


def _letters(line: str) -> str:
    return " ".join(re.findall(r"[^\W_]+", line.lower()))


_KIND_OF = {_letters(phrase): kind for kind, phrases in _EXACT.items() for phrase in phrases.split("|")}

# what is repeated gives nothing back (`++`, `{1,40}+`): else a line has as many readings as ways to cut it into pieces
_NAME = r"(?:[A-ZÀ-Þ][\w.'’-]*+|al-\w++|bin|de|da|der|den|di|du|el|la|le|van|von|ul)"
_JOB = (
    r"(?i:staff|writer|reporter|correspondent|editor|sportswriter|bureau|chief|columnist|our|special|"
    r"diplomatic|foreign|political|senior|associated|press|news|agencies|service|in|and|of|for|the|a|with|at)"
)
_DAYS = r"(?!(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|January|February|March|April|May |June|July|August|Sept|Oct|Nov|Dec)"
#: Kinds of lines by pattern, tried in order. Each must hold for the whole line. What follows a pattern that may begin
#: anywhere is cheaper to look for: without one of these, in lower case, no line matches.
_PATTERNS: tuple[tuple[str, re.Pattern[str], tuple[str, ...]], ...] = tuple(
    (kind, re.compile(pattern), tuple(needs))
    for kind, pattern, *needs in (
        # by-lines and credits
        ("byline", rf"(?i:(?:written |reported |report |story |text |compiled )?by):?\s+{_DAYS}(?:(?:{_NAME}|{_JOB}),?\s*){{1,12}}(?:[|•·,-].{{0,60}})?"),
        ("byline", rf"From\s+(?:{_NAME}\s+){{1,4}}in\s+(?:{_NAME}\s*){{1,3}}|From (?i:our|a|an|the) (?:{_JOB}\s*)+"),
        ("byline", rf"(?:{_NAME}\s+){{2,4}}(?:in\s+(?:{_NAME}\s*){{1,3}})?[,|-]\s*(?:{_JOB}\s*){{1,5}}"),
        ("credit", r"\(?(?i:additional |with )?(?i:reporting|writing|editing|edited|compiled|translated)\s+(?:and \w+ )?by\s.{3,300}"),
        ("credit", rf"\W*(?i:source|sources|agency|via):?\s+{AGENCY}\W*"),
        ("credit", rf"\W*{AGENCY}(?:\s*(?:[/,&+|-]|and)\s*{AGENCY})*(?:\s+(?:\d{{4}}|(?i:staff|news|report|reports|wire)))*\W*"),
        # pictures
        ("caption", r"(?i:photo|photograph|photos|image|picture|pictured|file photo|file picture|file image|caption|"
                    r"image caption|media caption|image copyright|image source|photo credit|credit|credits|video|watch|graphic)"
                    r"\s*(?::|/|by\b|credit|courtesy|caption|copyright|source|©).{0,400}"),
        ("caption", r".{0,400}[(\[](?i:photo|photograph|image|picture|file photo|ap photo|afp photo|reuters photo|photo by)[^()\]]{0,80}[)\]]\W?",
         "photo", "image", "picture"),
        ("caption", r".{0,400}[(\[]?(?:(?:AP|AFP|EPA|Reuters|Getty|Xinhua|REUTERS) ?(?i:photo|images?|file|pool)?/[\w .'-]{2,40}|(?i:getty images|file photo|afp/file|ap/file))[)\]]?",
         "/", "getty images", "file photo"),
        # menus and sharing
        ("menu", r"[\s•·]*+(?:[^>»›|•·\n]{1,40}+\s*+[>»›|•·]\s*+){2,}+[^>»›|]{0,60}|[^>»›|\n]{1,30}\s*[>»›]\s*[^>»›|\n]{1,30}"),
        ("menu", r"\W*(?i:skip to|go to|jump to|back to|return to)\s+(?:\w++\s?){1,5}\W*"),
        ("menu", r"\W*(?i:share|tweet|print|email|e-mail|save|comment|comments|facebook|twitter|whatsapp|linkedin|telegram|reddit|"
                 r"pinterest|copy link|link|\d++|[\s|,/•·+])+"),
        ("menu", r"\W*(?i:follow|like|find|join|share)\s+(?i:us|me|this|@\w+|it)\b.{0,60}(?i:twitter|facebook|instagram|telegram|whatsapp|youtube|linkedin|google|email|friends).{0,20}"),
        ("menu", r"\W*(?i:follow)\s+@?\w+\s+(?i:on)\s+\w+\W*"),
        ("menu", r"(?i:read|see|also read|read also|read more|see also|more|watch|related|must read|don't miss|listen|in pictures|explainer|opinion)\s*[:>»|].{1,200}"),
        ("menu", r"(?i:click|tap)\s+(?i:here|on)\b.{0,120}"),
        ("menu", r"(?i:sign up|subscribe|register|log in|login|sign in|get|receive|download|install)\b.{0,160}\b(?i:newsletter|newsletters|alerts|inbox|free|subscriber|subscribers|app|account|e-?mail|briefing|updates|access|digital|edition)\b.{0,60}"),
        ("menu", r".{0,200}\b(?i:javascript|web browser|adblocker|ad blocker|flash player)\b.{0,200}",
         "javascript", "web browser", "adblocker", "ad blocker", "flash player"),
        ("menu", r".{0,300}\b(?i:(?:use|uses|using|accept|our|of|these) cookies|cookie (?:policy|settings|consent|preferences))\b.{0,300}", "cookie"),
        ("menu", r"(?i:\d+\s*(?:min(?:ute)?s?)(?: read|\s+ago)?|\d+ (?:hours?|days?|minutes?) ago|reading time:?.{0,20})"),
        ("menu", r"(?i:(?:page|part)\s+\d+\s+of\s+\d+|\d+ of \d+|next page.{0,10}|previous page.{0,10}|text size.{0,20}|(?:\d+ )?(?:shares?|views?|likes?|retweets?)(?: \d+)?)"),
        ("menu", r"(?i:advertisement|sponsored|ad feedback|promoted)\b.{0,40}"),
        ("menu", r"\W*(?i:https?://|www\.)\S+\W*|\S+@\S+\.\w{2,6}|@\w{2,20}"),
        ("menu", r"[\W_]+"),
        # the foot of a page
        ("end", r"(?i:(?:\W*(?:©|\(c\)|copyright)[\s:,]*){1,2}(?:©|\(c\)|by\b|[12]\d{3}|notice|the\b|of\b|[A-Z]\w+ [12]\d{3}).{0,600})"),
        ("end", r"(?i:©|\(c\)).{0,600}"),
        ("end", r"(?is:.{0,400}\ball rights reserved\b.{0,400})", "all rights reserved"),
        ("end", r"(?i:(?:this )?(?:material|article|story|report|content|site) (?:may|must|is|was|has)\b.{0,120}\b(?:published, broadcast|republished|redistributed|rewritten|reproduced|syndicated|copyright)\b.{0,300})"),
        ("end", r"(?i:(?:\d+|no|view|show|all|read|post|leave)\s+(?:all\s+)?(?:\d+\s+)?comments?(?:\s*\(?\d*\)?)?|comments?\s*[(\[:]?\s*\d+\s*[)\]]?)"),
        ("end", r"(?i:(?:tags|topics|filed under|keywords|categories|more on|read more on)\s*:.{0,200})"),
        ("end", r"\W*(?i:enditem|end item|item ends|ends?|more|30|0)\W*"),
        ("end", r"(?:bur-?)?[a-z]{2,5}(?:-[a-z]{2,5})?(?:/[a-z]{2,5}(?:-[a-z]{2,5})?){1,5}"),
        # slugs of the wires
        ("slug", r"(?:ATTENTION|EMBARGO|EMBARGOED|Attention)\b.{0,160}"),
        ("slug", r".{0,160}\s*///+\W*", "///"),
        ("slug", r"(?:Eds|EDS|Editors|EDITORS|Editor's note|EDITOR'S NOTE|EDITORS' NOTE|Note to editors|Ed)\s*[:;].{0,300}"),
        ("slug", r"\W*(?:RE)?(?:ADDS|ADDING|RECASTS|UPDATES|CORRECTS|CHANGES|REPEATS|RESENDING|Recasts|Adds|Updates)\b[^.]{0,120}"),
        ("slug", r"[\[(](?:[A-Z][A-Z ,/&-]{2,60}|(?i:with )?(?i:pictures?|photos?|graphics?|map|video|more|lead|updated?|urgent|embargo.{0,40}|attention.{0,60}|adds.{0,60}|recasts.{0,60}))[\])]"),
        ("slug", r"(?i:(?:urgent|flash|bulletin|snap|update|lead|roundup|wrapup|factbox|refile)\s*[\d#-]+)|(?i:\d+(?:st|nd|rd|th)\s+(?:lead|ld|update|roundup))\W*|(?i:lead|ld)\s?\d*"),
        ("slug", r"\d{2,4} words(?: \w+){0,4}(?: \d{3,4} GMT)?\W*|(?i:by )?\d{3,4} GMT\W*"),
        ("slug", r"[A-Z][A-Za-z]+(?:-[A-Za-z0-9,]+){2,5}(?:\s+\d*\s?(?i:lead|ld|update))?|[A-Z]{2,}(?:-[A-Z0-9/]{2,}){1,5}"),
        ("slug", r"(?:[A-Z]{1,3}\d{2,6}|\d{4,8})(?:\s+[\w/-]{1,12}){0,8}\s+(?:AFP|AP|REUTERS|XINHUA|GMT)\b.{0,20}"),
    )
)  # fmt: skip

#: Sign-offs that stand at the end of the last paragraph, after its final stop.
_SIGN_OFF = re.compile(
    rf"(?<=[.!?\"”’')])\s*(?:[-–—]*\s*[(\[]?(?:Enditem|ENDITEM|enditem|Item ends|End item|END|ENDS|more|MORE)[)\]]?"
    rf"|(?:--+|—|–|/|\()\s*{AGENCY}(?:\s*/\s*{AGENCY})*\)?"
    r"|(?:bur-?)?[a-z]{2,5}(?:-[a-z]{2,5})?(?:/[a-z]{2,5}(?:-[a-z]{2,5})?){1,4}|#{2,}|-30-|-0-)\W*$"
)
#: A slug or label that opens the first line of a report.
_OPENING = re.compile(
    r"(?:[\[(](?:PICTURES?|WITH PICTURES?|URGENT|UPDATED?|LEAD|\d+(?:ST|ND|RD|TH) LEAD|GRAPHIC|VIDEO|PHOTO|RECASTS?|ADDS[^)\]]*)[\])]\s*)+"
    r"|(?:ATTENTION|ADDS|RECASTS|UPDATES)[^\n]{0,160}?///+\s*"
)
#: A line longer than this, in characters, is furniture only if it is a legal notice or the like.
_LONG = 700


def kind(line: str) -> str:
    """What sort of furniture a line is ("menu", "byline", "time", "end", …), or "" if it is none."""
    line = line.strip()
    if not line or len(line) > _LONG:
        return ""
    if len(line) <= 60 and (found := _KIND_OF.get(_letters(line))):
        return found
    if len(line) <= 160 and days.timestamp(line) is not None:
        return "time"
    low = line.lower()
    for name, pattern, needs in _PATTERNS:
        if (not needs or any(need in low for need in needs)) and pattern.fullmatch(line):
            return name
    return ""


def sign_off(paragraph: str) -> int | None:
    """Where the sign-off ("-- AFP", "Enditem") begins that ends a paragraph."""
    tail = max(0, len(paragraph) - 80)
    found = _SIGN_OFF.search(paragraph, tail)
    return found.start() if found else None


def opening(line: str) -> int:
    """How many characters of slug a report's first line opens with, "(PICTURES) " or "ADDS … ///"."""
    found = _OPENING.match(line)
    return found.end() if found else 0
