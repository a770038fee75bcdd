# Cyrillic letters are meant
"""The words that tell each stance, in English and Ukrainian, the more telling stances first."""

from __future__ import annotations

NEGATED = (
    r"(?:will|would|can|could|shall|do|does|did|is|are|am|was|were)(?:\s?not|n['’]t)|cannot|"
    r"won['’]t|can['’]t|не"
)
ACCEPTING = (
    r"accept(?:s|ed)?|agree(?:s|d)?(?: to| with| on)?|consent(?:s|ed)? to|sign(?:s|ed)?(?: up)?|"
    r"approv(?:e|es|ed)|settled|погод\w+(?: на| з)?|приймає(?:мо)?|прийняли|прийняв|прийняла|"
    r"прийняти|згод(?:ен|на|ні)|схвалил\w+|схвалив"
)
_JUST_TALK = (
    r"(?! (?:discuss|talk|negotiat|meet|listen|engage|resume|continue|return|work with|answer|"
    r"help|hear|see|come|sit|look|explore|examine|study|dialogue|talks|further|any|such|all|"
    r"a meeting|hold))"
)
_TALK_IN_UKRAINIAN = (
    r"(?! (?:до (?:переговор|зустріч|діалог|розмов)|обговор|говорити|зустрі|продовж|вести|слухати|"
    r"документ|розгляну|поверн))"
)
PATTERNS: tuple[tuple[str, str], ...] = (
    (
        "red-line",
        rf"(?:{NEGATED})\s+(?:\w+ly )?(?:budge|back down|give way|give ground|yield|blink|cave in|"
        r"relent)|red lines?|non-?negotiable|not (?:up for (?:negotiation|discussion)|negotiable|"
        r"for "
        r"discussion)|under no circumstances|"
        r"(?:will|would|shall|can) never|never (?:accept|sign|agree|give up|recogni[sz]e|allow|"
        r"cede|surrender|abandon)|not (?:one|a single) (?:inch|metre|meter|centimet\w+|dollar|"
        r"cent|euro|pound|job)|sacrosanct|deal-?breaker|line in the sand|"
        r"червон\w+ ліні\w+|за жодних (?:умов|обставин)|ніколи не|не підлягає обговоренню|"
        r"(?:the )?(?:entire|whole|all)(?: of)? [^.,;]{1,60}? (?:is|are|belongs?(?: to)?) "
        r"(?:ours|russian|ukrainian|our own)|"
        r"(?:is|are|was|were|will (?:always )?(?:be|remain)) (?:and (?:will )?(?:always )?"
        r"(?:be|remain)s? )?ours\b",
    ),
    (
        "rejects",
        rf"(?:{NEGATED})\s+(?:\w+ly |ever |просто )?(?:accept|agree|recogni[sz]e|sign|support|"
        r"allow|tolerate|legislate|impose|give up|cede|withdraw|concede|be (?:accepted|"
        r"renegotiated|reopened|a basis|acceptable)|live with|pay|grant|permit|share|yield|endorse|"
        r"move|acceptable|погод\w*|прийм\w*|прийня\w*|визна\w*|підпи\w*|підтрим\w*|"
        r"дозвол\w*|віддамо|віддаси\w*|поступ\w*)|"
        r"(?:(?:will|would|can|could)(?:\s?not|n['’]t)|cannot|won['’]t|can['’]t)\s+(?:\w+ly )?"
        r"(?!be\b|have\b|comment|say\b|know|speculate|do\b|take place|happen|go into|confirm|help|"
        r"work|improve|put it|put that|call (?:it|that)|describe|characteri[sz]e|think|believe|"
        r"go (?:so|that|as) far|rule|bet\b|last\b|see\b|talk|answer|need|want|like|"
        r"discuss|wait|tell|negotiate|speak|"
        r"reveal|disclose|attend|"
        r"meet|engage|resign|quit)\w+|"
        r"(?:^|(?:that|this|it) )(?:will not|won['’]t|is not going to|cannot|can['’]t) happen|"
        r"(?:not|n['’]t|never) (?:something|anything|one|what|an? \w+) (?:that )?(?:i|we|he|she|"
        r"they|it|[\w'’]+) (?:can|could|will|would|shall|should|is|are)(?: \w+){0,3}? (?:accept|"
        r"agree|sign|support|live with|recogni[sz]e|allow|tolerate)|"
        r"what (?:i|we|he|she|they) (?:(?:will|would|can|could) not|cannot|(?:can|won|"
        r"wouldn)['’]?t) "
        r"(?:do|accept|have|give|allow|agree to)\b|"
        r"(?:did not|didn['’]t|(?:have|has|had)(?: not|n['’]t)) come (?:\w+ ){0,3}?to \w+|"
        r"(?:will|would|can|could|shall)(?: not|n['’]t) (?:even )?(?:discuss|negotiate|debate|"
        r"talk about|consider|entertain|hear of)\b(?! (?:(?:the |any )?(?:details?|contents?|"
        r"specifics|matter|figures|case|subject)|publicly|in public|it|this|that|with|them|"
        r"anything|what|how|who)\b)|"
        r"(?:turn|rul|throw|vot|knock|shoot)(?:s|ed|es|ing)? (?:it|that|them|(?:the|an?|this|that|"
        r"its|their|his|her)(?: \w+){1,3}) (?:down|out|back)|threw (?:it|(?:the|an?|this|that|"
        r"its|their)(?: \w+){1,3}) out|voted (?:\S+ )?against|"
        r"reject(?:s|ed|ing)?|refus(?:e|es|ed|ing|al)|rul(?:e|es|ed|ing) out|turn(?:s|"
        r"ed|ing)? "
        r"down|"
        r"unacceptable|out of the question|no (?:concessions?|compromise|equity|way|question of)\b|"
        r"(?:^|\bthat |, )no (?:[\w-]+ ){1,3}?(?:will|would|can|could|shall|should) (?:ever )?be\b|"
        r"(?:there is|there['’]s|there was) no (?:more|extra|new|further|additional|fresh) "
        r"(?:money|cash|funds|funding|offer|room)|"
        r"(?:the )?door (?:is|remains|stays) (?:\w+ )?(?:shut|closed)|"
        r"there (?:will|can|could|would) be no(?:ne)?|there (?:is|was) no (?:majority|question|"
        r"way|room|"
        r"chance|need|reason|place|appetite) (?:for|of|to)|(?:give|gives|gave|giving) way|"
        r"off the table|veto(?:ed|es)?(?! over)|dismiss(?:es|ed)|rebuff(?:s|ed)?|spurn(?:s|ed)?|"
        r"balk(?:s|ed)? at|declin(?:e|es|ed) to (?:accept|sign|agree)|throw(?:s|n)? out|threw out|"
        r"sa(?:y|ys|id) no to|not for sale|walk(?:s|ed)? away from|"
        r"відкида\w+|відкину\w+|відмов\w+|неприйнятн\w+|виключ(?:ає|ив|ила|или)|"
        r"не може бути й мови",
    ),
    (
        "undecided",
        r"not saying (?:yes|no|never)\b(?! to)|"
        r"(?:have|has|had)(?: not|n['’]t) (?:yet )?(?:taken a (?:view|position|decision)|decided|"
        r"made up|ruled (?:it|that) (?:in|out))|no (?:final )?(?:decision|position|view) (?:has "
        r"been|yet|on)|undecided|yet to (?:decide|take)|still (?:considering|studying|weighing|"
        r"reviewing|examining)|(?:is|are|was|were) (?:studying|considering|weighing|reviewing|"
        r"examining)|keeps? (?:an )?open mind|under (?:consideration|review)|"
        r"ще не (?:вирішил\w+|визначил\w+)|не визначил\w+|вивча(?:є|ємо|ють)|"
        r"розгляда(?:є|ємо|ють)",
    ),
    (
        "reserves",
        r"reserv(?:e|es|ed) (?:the |its |our |their )?(?:right|position|judg\w+)|"
        r"reservations? (?:about|on|over)|(?:is|are) (?:a matter )?for (?:the )?(?:people|members|"
        r"voters|parliament) to decide|залиша\w+ за собою право|застереження",
    ),
    (
        "opposes",
        r"oppos(?:e|es|ed|ing|ition to)|object(?:s|ed|ing)? to|resist(?:s|ed|ing)?|"
        r"(?:is|are|was|were|be|remain\w*|stand\w*|come out|came out) (?:\w+ )?against|"
        rf"(?:{NEGATED})\s+(?:\w+ )?(?:improve|help|like|want|need|favou?r|work|serve|go far "
        r"enough|enough|fair|in favou?r|keen|meet)|"
        r"(?:is|are|was|were|would be|remains?) (?:\w+ )?(?:a (?:bad|terrible|grave|poor) (?:idea|"
        r"mistake|deal|offer)|wrong|dangerous|too (?:low|little|far|weak|late|vague|much|high)|"
        r"unfair|unworkable|unrealistic|insulting|an insult|premature|flawed|inadequate)|"
        r"derisory|a joke\b|slap in the face|fight(?:s|ing)?\b(?! for)|"
        r"fall(?:s)? short|fell short|criticis(?:e|es|ed)|criticiz(?:e|es|ed)|condemn(?:s|ed)?|"
        r"unhappy with|denounc(?:e|es|ed)|виступа\w+ проти|проти\b|не покращу\w+|засуджу\w+|"
        r"критику\w+|не влаштову\w+|заперечу\w+",
    ),
    (
        "proposes",
        r"(?:rais|increas|improv|lift|sweeten|upp|lower)(?:es|ed|s|ing) (?:its|his|her|their|the) "
        r"(?:\w+ )?(?:offer|bid)|propos(?:e|es|ed|ing)|offer(?:s|ed|ing)?\b(?= (?:to\b|a\b|an\b|"
        r"the\b|up\b|us|them|him|"
        r"workers|"
        r"staff|members|its|their|raises?|[\d$€£]))|"
        r"(?:is|are|was|were) (?:on offer|on the table)|what is on the table|"
        r"on the table[^.]{0,40}? is|put(?:s|ting)? (?:forward|[\w ]{0,40}?on the table)|"
        r"(?:made|makes?|making|renew(?:s|ed)|repeat(?:s|ed)) "
        r"(?:an?|the|its|their|his|her|this|that|another)(?: [\w-]+){0,2}? (?:offer|proposal|bid|"
        r"counter-?offer|counter-?proposal)|"
        r"(?:пода\w+|внес\w+|зроби\w+|озвучи\w+) (?:\w+ )?пропозиці\w+|"
        r"(?:щонайбільше|не більше(?: ніж| як)?|до) (?=\d[\d,.]* ?(?:відсотк|%|грив))|"
        r"(?:the|our|its|their|his|her) (?:\w+ )?offer (?:[\w% ]{1,30} )?(?:still )?(?:stands|"
        r"remains (?:valid|open))|"
        r"suggest(?:s|ed|ing)?|tabl(?:es|ed)|float(?:s|ed)|"
        rf"(?:is|are|was|were|be) (?:ready|prepared|willing|open)(?:, \w+,)? to{_JUST_TALK}|"
        r"(?:could|can|would) (?:go|move|come) (?:up |down )?(?:to|as (?:high|low) as) [$€£]?\d|"
        r"would (?:take|settle for|be (?:ready|willing|prepared) to)|"
        r"should be (?:decided|settled|determined|put) (?:by|to|in)|let (?:the people|voters)|"
        rf"запропон\w+|пропону\w+|готов\w+{_TALK_IN_UKRAINIAN}|має вирішувати\w*|"
        r"мають вирішувати",
    ),
    (
        "demands",
        r"(?:position|stance|line) (?:has not changed|hasn['’]t changed|is unchanged|remains "
        r"(?:unchanged|"
        r"the same))|позиці\w+ (?:незмінн\w+|не змінил\w+)|demand(?:s|ed|ing)?|insist(?:s|ed|"
        r"ing)?(?: on| that)?|must\b|want(?:s|ed|ing)?\b|"
        r"requir(?:e|es|ed|ing)|call(?:s|ed|ing)? (?:for|on)|ask(?:s|ed|ing)? for|"
        r"press(?:es|ed|ing|uring|ured)?(?: \w+){1,3} to|press(?:es|ed|ing)? for|"
        r"push(?:es|ed|ing)? for|hold(?:s|ing)? out for|held out for|campaign(?:s|ed|ing)? for|"
        r"(?:we|i) (?:also |now |still |do |really )?need(?= (?:an?|the|no|at|more|less|fewer|"
        r"another|guarantees?|\d|two|three|four|five|six|seven|eight|nine|ten|\w+ing|"
        r"\w+ (?:guarantees?|months?|years?|per cent))\b)|"
        r"st(?:and|ands|ood|ick|icks|uck) (?:by|to) (?:its|his|her|their|"
        r"the) "
        r"(?:demand|position|line)|need(?:s|ed)? to|has to|have to|urg(?:e|es|ed|ing)|seek(?:s|"
        r"ing)?|sought|ought to|"
        r"should\b|would have to|expect(?:s|ed)? (?:\w+ )?to|would like|stick(?:s|ing)? to|"
        r"had to (?:begin|start|come|go|stop|end|happen|stay|remain|wait|follow)|"
        r"(?<!\w)no (?:[\w-]+ ){0,2}[\w-]+, no (?:[\w-]+ ){0,2}[\w-]+(?=\W|$)|"
        r"(?:not|ні на) (?:an? )?\w+ (?:less|менше)\b|nothing less(?: than)?|"
        r"not (?:before|until|without)|only if|a condition (?:of|for)|precondition|"
        r"вимага\w+|наполяга\w+|ма(?:є|ють) (?:бути|піти|вивести|повернути|негайно|отримати)|"
        r"потрібн\w+|повин\w+|заклика\w+|необхідн\w+|мусить|мусять|домага\w+|прагн\w+|хоче\b|"
        r"хочуть\b|хочемо\b",
    ),
    (
        "accepts",
        r"(?:struck|reached|sealed|clinched) (?:an? |the )?(?:\w+ )?(?:deal|agreement|accord|"
        r"compromise) "
        r"(?:on|over|about)|(?<!не )(?:домовил\w+ (?:про|щодо)|узгодил\w+|дійшли згоди щодо)|"
        rf"(?:{ACCEPTING})|in principle|"
        r"(?:will|would|shall|pledg\w+ to|promis\w+ to|undert\w+ to|agreed to|vow\w+ to) (?:\w+ly "
        r")?"
        r"(?:honou?r|abide by|comply with|respect|uphold|observe|adhere to|stick to|implement|"
        r"fulfil|fulfill|carry out)\b|"
        r"(?:express|signal|voic|declar|announc|reaffirm|reiterat|confirm|show|indicat|stat)\w* "
        r"(?:(?:its|their|his|her|a|the) )?(?:\w+ )?(?:readiness|willingness|preparedness|"
        r"agreement|consent) to|(?:висловил\w*|підтвердил\w*|заявил\w*)(?: про)? (?:\w+ )?"
        r"(?:готовність|згоду)|"
        r"(?:have|has) (?:an? |reached an? |struck an? )?(?:\w+ )?(?:agreement|deal|accord|"
        r"understanding|compromise)(?= (?:on|about|over)\b)|"
        r"commit(?:s|ted)? (?!to\b|suicide|troops|forces|murder)(?:[\w'’]+ ){1,4}?to (?=\w+ing\b)|"
        r"confirm(?:s|ed) (?:the|that|this|an?) (?:\w+ )?(?:deal|agreement|accord|compromise|"
        r"settlement)|підтвердил\w* (?:угоду|домовленіст\w+)|"
        rf"(?:{NEGATED})\s+(?:\w+ )?(?:object|oppose)(?: to)?\b|"
        r"не запереч\w+(?: проти)?|"
        r"g[ai]ve(?:s)? (?:its|our|their) (?:consent|agreement|"
        r"approval|blessing)|(?:can|could) live with|green light|no (?:longer )?(?:objections?|"
        r"objects?|insists?)|drop(?:s|ped) (?:its|their|the|our) (?:demands?|objections?|"
        r"opposition|"
        r"insistence|resistance)|conced(?:e|es|ed)|g[ai]ve(?:s)? ground|back(?:s|ed) down|sa(?:y|"
        r"ys|id) yes "
        r"to|"
        r"ratif(?:y|ies|ied)|відмов\w+ від вимог\w*",
    ),
    (
        "supports",
        r"(?:go|goes|going|press|push|forge)(?:es|ing)? ahead with|proceed(?:s|ing)? with|"
        r"(?:to|will|would) (?:second(?= (?:the|that|this|its|any|our))|co-?sponsor|side with|"
        r"vote (?:for|in favou?r))|(?:the )?door (?:is|remains|stays) (?:\w+ )?open|"
        r"shall (?:remain|continue|be (?:kept|maintained|respected|upheld))|"
        r"support(?:s|ed|ing|ive of)?\b(?! of)|welcom(?:e|es|ed|ing)|"
        r"back(?:s|ed|ing)\b|"
        r"endors(?:e|es|ed|ing)|(?:fully |firmly |deeply )?committed to|appreciat(?:e|es|ed)|"
        r"in favou?r of|favou?rs|(?:will|would) (?:write|set|keep) (?:our|its|their) own|"
        r"stand(?:s)? (?:by|behind)|agree that|hail(?:s|ed)|recommend(?:s|ed)?|defend(?:s|ed)?|"
        r"prais(?:e|es|ed)|"
        r"(?:is|are|was|were) (?:\w+ )?(?:a (?:good|fair|positive|big|first) (?:step|deal|offer|"
        r"idea|basis|start)|a step forward|fair\b|reasonable)|"
        r"підтриму\w+|підтримал\w+|підтримав|віта(?:є|ємо|ють)|привітал\w+|виступа\w+ за|"
        r"прихильн\w+|віддан\w+|цінує\w*",
    ),
)
"""A pattern for each stance; of two that begin at one place the earlier here is meant."""
