"""English cues, written by hand. Apostrophes part words after folding: "can't" is `can t`."""

OPENINGS = (
    "how what when where which who whose why can could may is are am do does did will would should has have any "
    "whats hows wheres"
)
TURNS = "but except however although though only wish unfortunately"

TABLE = {
    "complaint": {
        3.0: "raised the price; raised prices; broken promise; broken promises; regret; rip off; scam; scammers; "
        "ignored; ignoring; hung up; expired; mouldy; moldy; stale; stole my; lied to; liars; lies; "
        "never ordering; never buying; avoid; stay away; cancelled without; without notice; "
        "still waiting; never arrived; never received; never came; not arrived; t arrived; not received; "
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
        3.0: "goes blank; goes black; times out; timed out; timeout; infinite loop; keeps loading; "
        "endless loading; stuck on; stuck at; won t sync; won t save; won t update; unresponsive; crashing; "
        "crash*; freez*; froze; frozen; glitch*; bug; bugs; buggy; force clos*; black screen; blank screen; "
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
        3.0: "consider adding; please consider; consider making; you should add; why don t you; why not; it d be; "
        "it ll be; would be lovely; let people; let users; allow users; "
        "please add; pls add; plz add; please make; please include; please allow; please bring; "
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
        3.0: "hats off; bravo; top notch; well worth; can t fault; couldn t be happier; so happy; very happy; "
        "really happy; went above and beyond; above and beyond; exceeded my expectations; "
        "pleasantly surprised; a pleasure; never had an issue; not a single problem; won t go anywhere else; "
        "recommending; told all my friends; my go to; "
        "love it; love this; loving; i love; awesome; amazing; excellent; fantastic; wonderful; perfect; "
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
        3.0: "know if; wanted to ask; quick question; any idea; any ideas; does anyone; can somebody; will you; "
        "how come; is it true; when can; how old; how far; how late; what documents; "
        "how do i; how can i; how to; how does; how long; how many; how often; how will; how would; what is; "
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

# what spam wants or promises, by group
SPAM = {
    "prize": {
        3.4: "you have won a; claim your prize",
        2.2: "you have won; you ve won; you won a; you won the; have been selected; been chosen; claim your; "
        "prize; prizes; jackpot; lottery; guaranteed; winner; win a; win an; to claim; awarded; gift card; giveaway; "
        "give away; free entry; voucher; vouchers; congratulations you; cash prize; reward points",
        1.1: "claim; won; win; draw; congratulations; congrats; bonus; award; urgent; unclaimed; lucky; reward",
    },
    "loan": {
        3.4: "no credit check; instant approval",
        2.2: "loan; loans; credit repair; bad credit; debt relief; consolidate your; payday; cash advance; "
        "no credit check; mortgage rates; instant approval",
        1.1: "lender; borrow; low interest; interest rate",
    },
    "follow": {
        3.4: "sub4sub; sub 4 sub; i follow back; subscribe to my; check out my channel; check out my video; "
        "check out my page; subscribe my channel",
        2.2: "follow back; follow me; i follow back; follow for follow; f4f; sub4sub; sub 4 sub; sub for sub; "
        "free followers; instagram followers; more followers; buy followers; buy likes; subscribe to; subscribe my; "
        "plz subscribe; please subscribe; pls subscribe; and subscribe; subscribe and; subscribe if; my channel; "
        "our channel; my videos; my video; my page; check my; check out my; visit my; watch my; view my; like my; "
        "look at my; my new song; my song; my music; my cover; my blog; thumbs up if; thumbs this up; vote for; "
        "please vote; check me out; check us out; my first video; gain followers; like my page; share this video; "
        "did a cover; made a cover; my playlist; my track; new track; my mixtape; my instagram; my soundcloud; "
        "my website; my facebook; my latest; look up my; listen to my; like and share; give it a like; "
        "help me get; road to; new channel; small youtuber",
        1.1: "subscribe; followers; subscribers; subs; channel; check out; check this; please check; vote; share; "
        "support me; thumbs up; view; visit; rapper; remix; like this comment; "
        "likes; look up; take a look; this contest; this comment; soundcloud; mixtape",
    },
    "crypto": {
        3.4: "double your bitcoin; binary options",
        2.2: "crypto; bitcoin; btc; ethereum; usdt; forex; binary options; trading signals; signals group; nft drop; "
        "airdrop; double your; investment platform; account manager; expert trader; seed phrase; trading platform",
        1.1: "invest; investment; profit; profits; trader; trading; signals; returns; wallet; token; presale; x100",
    },
    "gambling": {
        3.4: "fixed matches; sure odds",
        2.2: "casino; betting; slots; poker; free spins; sure odds; fixed match; fixed matches; free bets",
        1.1: "odds; bet; bets; spins",
    },
    "earn": {
        3.4: "earn money from home; work from home and",
        2.2: "earn money; make money; making money; earn extra; extra income; passive income; work from home; "
        "working from home; from home; per week; per day; a day from; a week from; financial freedom; get paid; "
        "online job; home based; be your own boss; easy money; quick cash; an hour from",
        1.1: "earn; earning; income; paypal; hiring; paid; cash; money online",
    },
    "promo": {
        2.2: "promo code; discount code; coupon; coupons; limited offer; limited time; act now; call now; order now; "
        "buy now; best price; best prices; cheap; special offer; off today; while stocks last; "
        "click here; click the link; click link; click this; click below; link in bio; link below; link in my; "
        "free shipping on; lowest price; free trial today; offer ends; half price; 50 off; 100 free; for free at; "
        "hurry up; don t miss; shop now; sign up now; seo; web traffic; first page of google; guest post",
        1.1: "free; offer; offers; sale; deal; deals; discount; click; link; exclusive; save; hurry; latest; "
        "selected; promotion; unlimited; website; site; join; code; dm us",
    },
    "adult": {
        2.2: "sexy; xxx; hot girls; adult; dating; porn; nude; nudes; onlyfans; escort; escorts; horny; singles in; "
        "meet singles; hot singles; cam girls; dirty; sex",
        1.1: "18; hot; date; lonely; chat; fantasies; babes",
    },
    "health": {
        3.4: "lbs in; pounds in",
        2.2: "weight loss; lose weight; viagra; cialis; pills; burn fat; keto; fat burner; miracle cure; hair growth; "
        "cbd; male enhancement; slimming",
        1.1: "detox; supplement; natural remedy; cure",
    },
    "contact": {
        2.2: "dm me; inbox me; text me; whatsapp me; message me on; telegram; whatsapp; contact me on; kik me; "
        "add me on; hit me up; reach him; reach out to him; on telegram; dr on whatsapp; recovery expert; "
        "get your account back; recover your; hacker",
        1.1: "whats app; hack; hacked; contact; inbox; dm",
    },
    "sms": {
        2.2: "reply stop; stop to; text stop; to stop; opt out; optout; unsubscribe; ringtone*; 150p; 150ppm; per min; "
        "p per; 10p; cs apply; t c; t cs; ts cs; ts and cs; po box; landline; txt; txting; std txt; txt to; "
        "call from landline; polyphonic; mob; sms; cust care; camcorder; valid 12hrs; national rate; from orange; "
        "freephone; freemsg; prem rate; premium rate; std chgs; have been billed; p msg; to send stop; send stop; "
        "stop2 cancel; termsapply; terms apply",
        1.1: "text; reply; mobile; nokia; entry; weekly; customer service; operator; tones; poly; club; await; "
        "collection; network; msg; msgs; cost; matches; service; 16; 750; 800; 08*",
    },
    "cheat": {
        3.4: "free robux; free gems",
        2.2: "cheats; generator; free gems; free coins; unlimited coins; cracked apk; mod apk; aimbot; free robux; "
        "hack tool; replica watches; fake id; diploma online",
        1.1: "apk; crack; serial; replica; keygen",
    },
}
