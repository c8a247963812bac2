"""The words behind the facts of a chart: seven concepts in four languages, for anyone who speaks one to better."""

from collections.abc import Mapping

# Words stand between commas. They are compared by the key of `listener.text.fold`, token by token; a trailing * lets a
# token go on. English is read beside every other language: people mix it in.
LISTS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "danger": """
            caught fire, catch fire, catches fire, catching fire, fire hazard, set fire, smoke from, smoke
            coming, smoke out, started smoking, is smoking, smell* burn*, smelled of burn*, burning smell, burn*
            my, burn* me, burn* her, burn* his, burn* our, burn* their, got burned, got burnt, burn mark*,
            second degree, electric shock*, electrocut*, explod*, explosion*, injur*, allerg*, poison*, choke,
            choked, choking, hospital*, ambulance, emergency room, dangerous*, hazard*, unsafe, not safe, safety
            risk, bleed*, bled, overheat*, left a mark, so hot it, too hot to, sparks, sparking, glass in my,
            metal in my, mouldy, moldy, made me sick, made us sick, cut my finger*, cut my hand*, cut myself,
            cuts my, got hurt
        """,
        "order": """
            order, orders, ordered, deliver*, shipping, shipped, shipment*, ship to, parcel*, package, packages,
            tracking, courier*, return, returns, returned, returning, exchange, wrong size, wrong item, never
            arrived, not arrived, has not come, out of stock, in stock, cancel*, postage, pick up point
        """,
        "money": """
            refund*, money back, my money, charged me, charged my, charged twice, double charge*, got charged,
            was charged, overcharg*, price*, expensive, overpriced, invoice*, receipt*, payment*, pay, paid,
            paying, bill, billed, billing, credit card, my card, discount*, coupon*, voucher*, promo code, fee,
            fees, bank, rip off
        """,
        "account": """
            account, accounts, password*, log in, login, sign in, subscription*, unsubscrib*, membership, my
            profile, premium, verification code, locked out, warranty, guarantee, my data, address
        """,
        "staff": """
            customer service, customer support, support, helpline, hotline, call centre, call center, agent*,
            representative*, staff, rude, hung up, nobody answer*, no one answer*, nobody repl*, no answer, no
            reply, no response, ignored, ignoring, waiter*, waitress*, cashier*, store manager, driver*,
            technician*
        """,
        "how_to": """
            how do, how to, how can, how does, how should, how often, how long, manual*, instruction*, guide*,
            tutorial*, recipe*, video*, article*, blog*, webinar*, course*, certificate*, newsletter*,
            download*, documentation, set up, setup, settings, install*, descal*, clean, cleaning, what does,
            difference between, which of, which one, compatible, work with, works with, where can i read, where
            can i watch
        """,
        "part": """
            battery, batteries, screen*, button*, cable*, charger*, charging, handle*, lid, lids, filter*,
            pump*, motor*, hinge*, strap*, zip, zipper*, sole, soles, seam*, stitch*, lens*, sensor*, speaker*,
            microphone*, firmware, update*, app, feature*, quality, broke, broken, leak*, crack*, fell apart,
            falls apart, stopped working, defect*, faulty, doesn t work, does not work, water tank, seal, seals,
            blade*, wheel*, design, taste*, flavour*, flavor*, ingredient*, fabric
        """,
    },
    "fa": {
        "danger": """
            آتش گرفت*, آتیش گرفت*, آتش سوزی, دود کرد*, دود می*, دود بلند, دود ازش, بوی سوختگی, بوی سوخت*, برق
            گرفت*, برق گرفتگی, برقم گرفت, منفجر*, انفجار*, ترکید*, سوختگی*, دستم سوخت*, دستش سوخت*, دستم رو
            سوز*, سوزوند*, سوزاند*, مسموم*, حساسیت داد*, آلرژی*, بیمارستان*, اورژانس*, خطرناک*, خطر جانی, آسیب
            دید*, زخمی*, زخم شد*, خونریزی*, خفه*, داغ کرد*, داغ می*, خیلی داغ*, اتصالی*, جرقه*, کپک*, برید دست*,
            دستم برید*, دستم رو برید*, شیشه توش
        """,
        "order": """
            سفارش*, ارسال*, مرسوله*, بسته, بسته ام, بسته م, پیک, پیکتون, تحویل*, مرجوع*, پس بد*, پس فرست*,
            تعویض*, نرسید*, نیومد*, موجود*, ناموجود*, سایز اشتباه, کد رهگیری, رهگیری*, پست, پستی, لغو, کنسل*,
            آدرس*
        """,
        "money": """
            پول*, برگشت وجه, بازگشت وجه, برگشت پول*, هزینه*, قیمت*, گرون*, گران*, فاکتور*, پرداخت*, کارتم, کارت
            بانک*, حسابم کم, تخفیف*, کد تخفیف, قسط*, اقساط*, بانک*, کیف پول, مبلغ*, کم کرد*
        """,
        "account": """
            حساب کاربری*, حسابم, اکانت*, رمز*, رمز عبور, پسورد*, ورود, لاگین*, اشتراک*, عضویت*, کد تایید,
            گارانتی*, ضمانت*, پروفایل*
        """,
        "staff": """
            پشتیبان*, خدمات مشتری*, خدمات پس از فروش, کارشناس*, اپراتور*, کارمند*, فروشنده*, بی ادب*, برخورد*,
            جواب نمی*, جواب نداد*, جواب نمید*, پاسخگو*, پاسخ نمی*, هیچکس, هیچ کس, تلفن رو, قطع کرد*, راننده*,
            نصاب*
        """,
        "how_to": """
            چطور*, چجور*, چگونه*, چه جوری*, راهنما*, آموزش*, دستور پخت, دستورالعمل*, دفترچه*, ویدیو*, ویدئو*,
            فیلم, مقاله*, بلاگ*, وبلاگ*, دوره, مدرک*, دانلود*, نصب*, راه انداز*, تنظیم*, تمیز, شستشو*, جرم
            گیری*, فرق, تفاوت*, کدوم*, سازگار*, کار میکنه با, با اندروید*
        """,
        "part": """
            باتری*, صفحه*, دکمه*, کابل*, شارژر*, شارژ*, دسته*, درب, درش, فیلتر*, پمپ*, موتور*, لولا*, بند, زیپ*,
            کفی*, دوخت*, لنز*, سنسور*, بلندگو*, میکروفون*, فریمور*, آپدیت*, به روزرسانی*, بروزرسانی*, برنامه,
            اپ, اپلیکیشن*, کیفیت*, خراب*, شکست*, نشت*, چکه*, پاره*, ترک خورد*, معیوب*, کار نمیکنه, کار نمی*,
            مخزن*, تیغه*, چرخ*, طراحی*, طعم*, مزه*, مواد اولیه, قطعه*, ویژگی*, امکان*
        """,
    },
    "ar": {
        "danger": """
            حريق*, احترق*, يحترق*, اشتعل*, تشتعل*, ولعت*, شب فيه*, دخان*, انفجر*, ينفجر*, تنفجر*, انفجار*, صعق*,
            كهربني*, كهربتني*, تكهرب*, ماس كهرب*, حرق يد*, حرقت يد*, حرقني*, حرقتني*, احرق*, حروق*, حرق في,
            تسمم*, سممني*, مستشفى*, طوارئ*, اسعاف*, خطير*, خطر على, جرح*, انجرح*, اصابه*, اختناق*, اختنق*,
            نزيف*, ينزف*, شرار*, ريحه حريق, رائحه حريق, ريحه شياط, تحسس*, حساسيه في, سخن جدا, يسخن*, تسخن*,
            عفن*, زجاج في
        """,
        "order": """
            طلب, طلبي, طلبيه*, طلبيتي, طلبت, الطلب*, توصيل*, توصلون*, شحن*, شحنه*, طرد, الطرد, طردي, مندوب*,
            تتبع, ارجاع*, استرجاع*, استبدال*, تبديل*, ما وصل*, لم يصل*, وصلني غلط, مقاس غلط, متوفر*, يتوفر*,
            الغاء*, الغي*, عنوان*, تاخير*, تاخر*
        """,
        "money": """
            فلوس*, مبلغ*, استرداد*, سعر*, اسعار*, غالي*, غاليه, فاتوره*, دفع*, دفعت*, ندفع, خصم*, كوبون*, كود
            خصم, بطاقتي*, البنك*, سحبتوا*, سحبو*, رسوم*, تقسيط*, محفظه*, نصب, نصابين
        """,
        "account": """
            حساب*, حسابي*, كلمه المرور, كلمه السر, باسورد*, تسجيل الدخول, اشتراك*, عضويه*, بريميوم, الباقه*, كود
            التحقق, ضمان*, كفاله*
        """,
        "staff": """
            خدمه العملاء, خدمه الزبائن, الدعم*, دعم فني, موظف*, وقح*, اسلوب*, ما احد يرد, محد يرد*, ما حد يرد*,
            لا احد يرد, ما يردون*, ماتردون*, ما تردون*, لا يوجد رد, بدون رد, اي رد, تجاهل*, سكر* الخط, كاشير*,
            سائق*, السواق*, فني, الفني*
        """,
        "how_to": """
            كيف*, كيفيه*, ازاي*, شلون*, طريقه*, دليل*, شرح*, تعليمات*, وصفه*, وصفات*, فيديو*, مقال*, مدونه*,
            دوره*, شهاده*, تحميل*, تثبيت*, تركيب*, اعدادات*, تنظيف*, انظف*, الفرق*, ايهما*, اي سماعه, متوافق*,
            يشتغل على, يعمل مع, يشتغل مع
        """,
        "part": """
            بطاريه*, بطاريت*, شاشه*, زر, الزر, ازرار*, كيبل*, كابل*, شاحن*, مقبض*, غطاء*, فلتر*, مضخه*, موتور*,
            محرك*, مفصل*, سحاب*, نعل*, خياطه*, عدسه*, حساس, حساسات, سماعه*, مايك*, تحديث*, تطبيق*, برنامج*,
            ميزه*, جوده*, خرب*, خربان*, مكسور*, انكسر*, يسرب*, تسرب*, تشقق*, معيوب*, عطلان*, ما يشتغل*, لا
            يعمل*, ما تشتغل*, خزان*, شفره*, عجله*, تصميم*, طعم*, مكونات*, قطعه غيار, قطع غيار, قماش*
        """,
    },
    "he": {
        "danger": """
            נשרפ*, נשרף*, שריפה*, עלה באש, עלתה באש, נדלק* באש, עשן, התפוצצ*, התפוצץ*, פיצוץ*, התחשמל*, מכת
            חשמל, חשמל אותי, חשמלה אותי, כוויה*, כוויות*, נכוו*, נכוית*, שרף לי, שרפה לי, הרעל*, הרעיל*, אלרגי*,
            בית חולים, בית החולים, אמבולנס*, מיון, מסוכן*, מסוכנ*, סכנה*, סכנת*, פציע*, נפצע*, נחתכ*, חתך לי,
            חתכה לי, נחנק*, חנק, חנקה, דימום*, ניצוצ*, ריח שרוף, ריח של שרוף, מתחמם מדי, מתחממת מדי, לוהט*,
            עובש*, זכוכית בתוך, קצר חשמלי
        """,
        "order": """
            הזמנה*, הזמנות*, הזמנתי*, הזמנו, משלוח*, חבילה*, חבילות*, שליח*, מעקב, החזרה*, להחזיר*, החלפה*,
            להחליף*, לא הגיע*, טרם הגיע*, הגיע שבור*, הגיעה שבור*, מידה לא נכונה, מלאי*, ביטול*, לבטל*, ביטלתי,
            דואר*, נקודת איסוף, כתובת*
        """,
        "money": """
            כסף*, כספ*, החזר*, זיכוי*, חייבתם*, חויבתי*, חייבו*, מחיר*, יקר, יקרה, יקרים, חשבונית*, קבלה,
            תשלום*, תשלומ*, שילמתי*, לשלם*, אשראי*, הנחה*, קופון*, קוד קופון, עמלה*, עמלות*, בנק*, תשלמו*
        """,
        "account": """
            חשבון*, החשבון שלי, סיסמה*, סיסמא*, התחברות*, להתחבר*, כניסה, מנוי*, חברות במועדון, קוד אימות,
            אחריות*, פרופיל*, פרימיום
        """,
        "staff": """
            שירות לקוחות, שירות הלקוחות, השירות*, שירות, תמיכה*, נציג*, מוקד*, מוקדן*, עובד*, גס*, חצוף*, לא
            עונה*, לא עונים*, אף אחד לא*, אין מענה, אין תשובה, מתעלמ*, ניתקו*, ניתק*, מלצר*, קופאי*, נהג*,
            טכנאי*
        """,
        "how_to": """
            איך, כיצד, מדריך*, הוראות*, הדרכה*, מתכון*, מתכונ*, סרטון*, סרטונ*, וידאו*, כתבה*, בלוג*, קורס*,
            תעודה*, להוריד*, הורדה*, התקנה*, להתקין*, הגדרות*, ניקוי*, לנקות*, הבדל*, איזה מה*, איזו מה*, תואם*,
            עובד עם, עובד על, אבנית*
        """,
        "part": """
            סוללה*, סוללת*, מסך*, כפתור*, כבל*, מטען*, טעינה*, ידית*, מכסה*, פילטר*, מסנן*, משאבה*, מנוע*, ציר*,
            רצועה*, רוכסן*, סוליה*, תפר*, עדשה*, חיישן*, רמקול*, מיקרופון*, קושחה*, עדכון*, אפליקציה*, אפליקצי*,
            תכונה*, איכות*, התקלקל*, מקולקל*, נשבר*, שבור*, נוזל*, דולף*, דליפה*, נסדק*, סדק*, התפרק*, פגום*, לא
            עובד*, מיכל*, להב*, גלגל*, עיצוב*, טעם*, רכיב*, חלק חילוף, חלקי חילוף
        """,
    },
}
