"""English cues, written by hand. Apostrophes part words after folding: "can't" is `can t`."""

OPENINGS = (
    "how what when where which who whose why can could may is are am do does did will would should has have any "
    "whats hows wheres"
)
TURNS = "but except however although though only wish unfortunately"

TABLE = {
    "complaint": {
        3.0: "still waiting; never arrived; never received; never came; not arrived; t arrived; not received; "
        "t received; charged twice; double charged; charged me; was charged; been charged; overcharged; "
        "want a refund; want my money; my money back; ripped off; rip off; worst service; terrible service; "
        "awful service; poor service; bad service; horrible service; no response; no reply; no answer; "
        "nobody answer*; nobody respond*; no one answer*; no one respond*; nobody picks up; no one picks up; "
        "ignor* me; waste of; do not buy; don t buy; don t bother; never again; complaint; unacceptable; "
        "disgusting; disappoint*; fed up; sick of; had enough; not happy; unhappy; let down; done with; "
        "uninstall*; deleted it; deleting it; switching to; cancel* my; on hold for; was declined; been declined; "
        "got declined; was rejected; wrong item; wrong order; arrived broken; arrived damaged; rude; "
        "not satisfied; false advertising; how dare; shame on; not what i ordered; cold food; food was cold; "
        "hung up on",
        2.0: "refund; late; delayed; delay*; missing; declined; rejected; useless; horrible; terrible; awful; "
        "worst; hate; hated; stupid; annoy*; frustrat*; rubbish; garbage; trash; crap; crappy; sucks; suck; "
        "overpriced; too expensive; misleading; dishonest; pathetic; ridiculous; nightmare; incompetent; scammed; "
        "cheated; stole; stolen; t work for; too many ads; full of ads; pay for everything; have to pay; "
        "used to be good; used to love; used to be; joke; not worth; t worth; no longer; not helpful; unhelpful; "
        "extra fee; a fee; fees; wrong amount; wrong exchange; not recognize; t recognize; not recognise; "
        "t recognise; did not make; didn t make; fail* transfer; transfer fail*; still pending; still not; "
        "still hasn t; still no; why was; why were; why did; why has; why hasn; why haven; why have i; "
        "why do i have; why am i; why would; why is my; why isn; why won t; charge me; charged an; extra charge; "
        "duplicate; incorrect; wrongly; vanish*; denied; deny; t showing up; not showing up; less cash; "
        "unauthori*; fraud*; damaged; not correct; ripping; refund; lost my; didn t get; did not get; haven t got",
        1.0: "wrong; lost; waiting; weeks; stuck; pending; not showing; charged; fee; bad; poor; boring; lame; "
        "dumb; dislike; costs too; money; mistake; problem; problems; issue; issues; not good; isn t; wasn t; "
        "hasn t; haven t; won t let; doesn t let; not as; nothing; failed; twice; instead of",
    },
    "bug": {
        3.0: "crash*; freez*; froze; frozen; glitch*; bug; bugs; buggy; force clos*; black screen; blank screen; "
        "white screen; stopped working; stops working; quit working; not working; doesn t work; does not work; "
        "t working; won t open; will not open; won t load; will not load; won t start; doesn t open; doesn t load; "
        "not load*; not open; t load; can t log in; can t login; can t sign in; cannot log in; cannot login; "
        "login fail*; keeps closing; keeps stopping; keeps saying; keep getting; error; error message; error code; "
        "not respond*; fix this; fix it; fix the; please fix; needs fix*; since the update; since update; "
        "since the last; since last update; after the update; after update; after updating; last update; "
        "latest update; new update; recent update; bring back the old version; 404; 500 error",
        2.0: "fix; fixed; broken; broke; lag; lags; laggy; loading; load; reinstall*; restart*; reboot*; sync*; "
        "won t; will not; wouldn t; unable to; can t even; cannot; can t connect; not connect*; disconnect*; "
        "shuts down; kicks me out; logs me out; logged out; signed out; keeps; every time i; does nothing; "
        "nothing happens; update; updated; ios 7; ios; android; version; screen; no sound; doesn t play; not play; "
        "doesn t save; not save; does not respond; spinning; greyed out; disappear*; deleted all; lost all my",
        1.0: "slow; can t; phone; ipad; iphone; galaxy; nexus; tablet; device; open; opens; opening; download*; "
        "install*; button; notification*; wifi; server; data; problem; issue; issues; anymore; app; page; "
        "checkout; website; site",
    },
    "idea": {
        3.0: "please add; pls add; plz add; please make; please include; please allow; please bring; "
        "would be nice; would be great; would be better; would be awesome; would be cool; would be good; "
        "would be perfect; would be helpful; would be useful; would be amazing; would like to see; "
        "would love to see; i d love; i d like to; i wish; wish it; wish there; wish you; wish i could; only wish; "
        "only thing missing; should have; should be able; should add; needs a; needs an; needs to have; "
        "needs more; needs to be; need more; need a; need an option; add a; add an; add more; add some; add the; "
        "adding; option to; an option; a way to; ability to; could you add; can you add; can u add; "
        "feature request; suggest; suggestion*; if you could; if you add*; if it had; if there was; if there were; "
        "it could; could use; hope you; hopefully; have you considered; how about; why not add; support for; "
        "5 stars if; five stars if; star if; stars if; would give 5; more levels; more options; more features; "
        "make it possible; let us; dark mode; integrate with; would prefer; be able to",
        2.0: "add; feature; features; option; options; improve*; ability; allow; wish; included; missing; lacks; "
        "lacking; bring back; used to; instead; would be; could be; should; more; only thing; the only; 4 stars; "
        "four stars; customiz*; customis*; filter; filters; sort by; widget; landscape; integration; if only; "
        "except; idea; maybe",
        1.0: "would; could; need; needs; want; like to; nice if; please; hope; but; version; too; just; able; "
        "easier; please make",
    },
    "praise": {
        3.0: "love it; love this; loving; i love; awesome; amazing; excellent; fantastic; wonderful; perfect; "
        "brilliant; superb; outstanding; best app; best game; best ever; the best; highly recommend*; five stars; "
        "5 stars; works great; works perfectly; works well; works flawlessly; thank you; thanks to; well done; "
        "great job; good job; great work; kudos; keep it up; keep up; great app; great game; great service; "
        "good app; nice app; so good; very good; very nice; very useful; very helpful; easy to use; user friendly; "
        "must have; can t live without; made my day; addictive; really good; really great; just great; so fun; "
        "so much fun; super; happy with; impressed; shout out; shoutout; solved my; friendly; delicious; "
        "quick and; so quick; fast delivery; life saver; lifesaver",
        2.0: "love; loved; great; best; good; nice; cool; fun; enjoy*; helpful; useful; handy; recommend; "
        "recommended; beautiful; thank; thanks; happy; favorite; favourite; fabulous; epic; glad; delight*; "
        "pleased; fast; smooth*; flawless*; wow; entertaining; convenient; reliable; yay; fab; gem; worth it; "
        "worth every; never had a problem; no problems; no complaints",
        1.0: "easy; well; better; works; always; every day; all the time; cute; neat; like; addicted; simple; "
        "clean; gr8; everything; exactly; excited; lovely; funny",
    },
    "question": {
        3.0: "how do i; how can i; how to; how does; how long; how many; how often; how will; how would; what is; "
        "what are; what do; what does; what can; what should; what s the; where do; where can; where is; "
        "where are; when will; when does; when do; when is; which; can i; can you tell; can you explain; "
        "can someone; could you tell; could you explain; may i; is there; are there; is it possible; does it; "
        "does this; do you; do i; am i; will i; anyone know; anybody know; i need to know; want to know; "
        "like to know; tell me how; tell me what; tell me about; explain; wondering; need help; help me; "
        "need some help; i need to; not sure how; is it ok; are you open; what time; opening hours; what if; "
        "why does; why do i; why is; who do i; should i",
        1.5: "possible; able to; anyone; someone; need assistance; assist; would i; could i; i want to; "
        "i would like; please help; steps; process; information; info; details; regarding; available; supported; "
        "accepted; change my; order a; activate; verify; top up",
    },
    "lead": {
        3.0: "looking for a; looking for an; looking to buy; looking to switch; recommendations for; "
        "any recommendations; can anyone recommend; alternative to; alternatives to; where can i buy; "
        "where to buy; where can i get; want to buy; interested in buying; thinking of buying; "
        "thinking about buying; thinking of switching; want to order; how much does; how much is; how much for; "
        "price list; pricing; a quote; quote for; get a demo; book a demo; free trial; do you ship; "
        "do you deliver; do you sell; in stock; bulk order; wholesale; for our company; for my company; "
        "for my team; for our team; ready to buy; sign up for; considering; vs",
        1.5: "buy; purchase; price; prices; shipping to; deliver to; discount for; subscription plan; enterprise",
    },
    "spam": {
        3.0: "check out my; check my; visit my; watch my; view my; look at my; like my; subscribe to; subscribe; "
        "my channel; my page; my video; my videos; follow me; follow back; i follow back; sub4sub; sub 4 sub; "
        "followers; free followers; click here; click the link; click link; link in bio; link below; dm me; "
        "inbox me; text me; earn money; make money; making money; earn; extra income; work from home; "
        "working from home; per week; per day; crypto; bitcoin; forex; signals; binary options; telegram; "
        "whatsapp; casino; betting; jackpot; lottery; loan; loans; viagra; cialis; promo code; discount code; "
        "coupon; giveaway; give away; gift card; limited offer; limited time; act now; call now; order now; "
        "buy now; claim; claim your; prize; winner; you have won; you ve won; you won; have been selected; "
        "congratulations; urgent; guaranteed; txt; txting; reply stop; stop to; text stop; to stop; opt out; "
        "unsubscribe; ringtone*; 150p; 150ppm; per min; cost 10p; cs apply; t c; t cs; ts cs; po box; landline; "
        "dating; sexy; xxx; 18; adult; hot girls; thumbs up if; vote for; please vote; share this; help me get; "
        "help us; hack; cheats; generator; free gems; best price; cheap; weight loss; lose weight; seo; "
        "instagram followers; voucher; camcorder; awarded; bonus; mob; tones",
        1.5: "free; win; won; cash; offer; offers; sale; click; visit; channel; video; videos; website; link; "
        "join; mobile; service; customer service announcement; code; contact; entry; weekly; draw; stop; sms; "
        "reply; call; chat; credit; nokia; poly; club; latest; online; paypal; money; earned; support my; "
        "facebook; youtube; page; share; please check; check out; check this; cover; rap; music; invest*; profit*; "
        "tips; 100; deal; deals",
    },
    "chatter": {
        1.5: "lol; haha; hahaha; gonna; wanna; tonight; tomorrow; dinner; lunch; birthday; good morning; "
        "goodnight; good night; happy birthday; i ll; see you; see u; c u; u; ur; r u; watching; concert; album; "
        "match; game tomorrow; season; episode; movie; announce*; will publish; quarterly; press release; "
        "breaking; report*; according to; just saw; just walked; walked past; on my way; weather; traffic; monday; "
        "tuesday; wednesday; thursday; friday; saturday; sunday; reading an article; says; minister; president; "
        "election; league; babe; mum; class; school; home; sleep; ok; okay; yeah; yup; da; dear; oh; sorry; "
        "what s up; dont; hey; going to; went to; happy new year",
    },
}
