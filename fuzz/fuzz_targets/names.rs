//! Names that come from everywhere: packages, products, hosts, networks, images, places, weaknesses, moments. What was read is
//! written so that it reads as the same.
#![no_main]

use bartizan_advisory::CveId;
use bartizan_advisory::ecosystem::Ecosystem;
use bartizan_model::weakness::{canonical, cves_in};
use bartizan_model::{
    AssetRef, Cidr, Cpe, Identifier, IdentifierKind, Locus, Purl, Severity, Timestamp, WeaknessKey, sudo,
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok(purl) = text.parse::<Purl>() {
        assert_eq!(purl.to_string().parse().as_ref(), Ok(&purl));
        assert!(purl.package().covers(&purl));
    }
    if let Some(cidr) = Cidr::parse(text) {
        assert_eq!(Cidr::parse(&cidr.to_string()), Some(cidr));
    }
    if let Some(at) = Timestamp::parse(text) {
        assert_eq!(Timestamp::parse(&at.to_string()), Some(at));
    }
    for kind in IdentifierKind::ALL {
        if let Some(identifier) = Identifier::new(*kind, text) {
            assert_eq!(Identifier::new(*kind, &identifier.value).as_ref(), Some(&identifier));
            let _ = identifier.is_placeholder();
        }
    }
    if let Some(image) = AssetRef::image(text) {
        let again = AssetRef::image(&image.identifiers[0].value).expect("it is the name of one");
        assert_eq!(again.identifiers, image.identifiers);
    }
    let mut loci = vec![Locus::route(text, text), Locus::package(text), Locus::named("name", text)];
    loci.extend(text.parse::<Locus>());
    for locus in loci {
        // Its text is what it is known by.
        let Ok(again) = locus.to_string().parse::<Locus>();
        assert_eq!(again.to_string(), locus.to_string());
    }
    for cve in cves_in(text) {
        assert!(CveId::parse(&cve).is_ok(), "{cve}");
    }
    assert_eq!(canonical(&canonical(text)), canonical(text));
    let _ = (AssetRef::host(text), Cpe::parse(text).map(|cpe| cpe.version()), Severity::from_word(text));
    let _ = (WeaknessKey::of(&[text.to_owned()], text, text), sudo::escapes(text));
    let _ = (Ecosystem::from_osv(text), Ecosystem::distribution(text, text));
});
