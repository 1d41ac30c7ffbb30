//! People and what they hold.

use crate::house::{House, day};
use bartizan_model::Role;
use bartizan_model::UserId;
use bartizan_store::StoreError;

fn add(house: &House, name: &str, role: Role) -> UserId {
    house.write(1, |tx| tx.add_account(name, "hash", role))
}

pub(crate) fn the_last_admin_stays(house: &House) {
    let ann = add(house, "ann", Role::Admin);
    let before = house.dump(&[]);
    for change in [(Some(Role::Viewer), None), (None, Some(true))] {
        let error = house.try_write(2, |tx| tx.change_account(ann, change.0, None, change.1)).unwrap_err();
        assert!(matches!(error, StoreError::Conflict(_)), "{error}");
    }
    house.try_write(2, |tx| tx.remove_account(ann)).unwrap_err();
    house.try_write(2, |tx| tx.add_account("ann", "x", Role::Viewer)).unwrap_err();
    crate::house::same(&before, &house.dump(&[]));
    let bob = add(house, "bob", Role::Admin);
    house.write(2, |tx| tx.change_account(bob, None, None, Some(true)));
    house.try_write(2, |tx| tx.remove_account(ann)).unwrap_err();
    house.write(2, |tx| tx.change_account(bob, None, None, Some(false)));
    house.write(2, |tx| tx.remove_account(ann));
    let names: Vec<_> = house
        .read::<_, StoreError>(|reader| reader.accounts())
        .unwrap()
        .into_iter()
        .map(|a| a.name)
        .collect();
    assert_eq!(names, ["bob"]);
    assert!(house.read::<_, StoreError>(|reader| reader.account(ann)).is_err());
}

pub(crate) fn sessions_end(house: &House) {
    let ann = add(house, "ann", Role::Admin);
    let bob = add(house, "bob", Role::Analyst);
    let session =
        |digest: &str, on| house.read::<_, StoreError>(|reader| reader.session(digest, day(on))).unwrap();
    house.write(2, |tx| tx.add_session(bob, "d1", "csrf", day(5)));
    let found = session("d1", 3).unwrap();
    assert_eq!((found.account.name.as_str(), found.csrf.as_str(), found.expires_at), ("bob", "csrf", day(5)));
    assert_eq!(found.account.last_login, Some(day(2)));
    assert!(session("d1", 5).is_none() && session("other", 3).is_none());
    house.write(3, |tx| tx.change_account(bob, None, Some("new hash"), None));
    assert!(session("d1", 3).is_none(), "another password ends them");
    let (_, hash) = house.read::<_, StoreError>(|reader| reader.account_for_login("bob")).unwrap().unwrap();
    assert_eq!(hash, "new hash");
    house.write(3, |tx| tx.add_session(bob, "d2", "csrf", day(9)));
    house.write(3, |tx| tx.remove_session("d2"));
    assert!(session("d2", 3).is_none());
    house.write(3, |tx| tx.add_session(bob, "d3", "csrf", day(9)));
    house.write(3, |tx| tx.remove_account(bob));
    assert!(session("d3", 3).is_none());
    house.write(20, |tx| tx.add_session(ann, "d4", "csrf", day(30)));
    assert_eq!(house.dump(&[])["session"].len(), 1, "ended ones are cleared away");
}

pub(crate) fn a_token_is_no_more_than_its_owner(house: &House) {
    add(house, "root", Role::Admin);
    let ann = add(house, "ann", Role::Admin);
    let token = |on| {
        house.read::<_, StoreError>(|reader| reader.token("digest", day(on))).unwrap().map(|(_, role)| role)
    };
    let row = house.write(1, |tx| tx.add_token(ann, "ci", Role::Admin, "digest", Some(day(9))));
    assert_eq!(token(2), Some(Role::Admin));
    assert_eq!(token(9), None, "it ended");
    house.write(2, |tx| tx.change_account(ann, Some(Role::Viewer), None, None));
    assert_eq!(token(2), Some(Role::Viewer));
    house.write(2, |tx| tx.change_account(ann, None, None, Some(true)));
    assert_eq!(token(2), None);
    house.write(2, |tx| tx.change_account(ann, Some(Role::Admin), None, Some(false)));
    house.write(2, |tx| tx.add_token(ann, "small", Role::Viewer, "small", None));
    let small = house.read::<_, StoreError>(|reader| reader.token("small", day(2))).unwrap().unwrap();
    assert_eq!(small.1, Role::Viewer);
    assert_eq!(house.read::<_, StoreError>(|reader| reader.tokens(ann)).unwrap()[0], row);
    house.try_write(2, |tx| tx.remove_token(UserId(1), row.id)).unwrap_err();
    house.write(2, |tx| tx.remove_token(ann, row.id));
    assert_eq!(token(2), None);
}

pub(crate) fn views_belong_to_one_account(house: &House) {
    let (ann, bob) = (add(house, "ann", Role::Admin), add(house, "bob", Role::Viewer));
    let view = house.write(1, |tx| tx.add_view(ann, "mine", "kev:true", "-priority"));
    assert_eq!(house.read::<_, StoreError>(|reader| reader.views(ann)).unwrap(), std::slice::from_ref(&view));
    assert!(house.read::<_, StoreError>(|reader| reader.views(bob)).unwrap().is_empty());
    house.try_write(1, |tx| tx.remove_view(bob, view.id)).unwrap_err();
    house.write(1, |tx| tx.remove_view(ann, view.id));
    house.write(1, |tx| tx.put_meta("key", "one"));
    house.write(1, |tx| tx.put_meta("key", "two"));
    let meta = || house.read::<_, StoreError>(|reader| reader.meta("key")).unwrap();
    assert_eq!(meta().as_deref(), Some("two"));
    house.write(1, |tx| tx.remove_meta("key"));
    assert_eq!(meta(), None);
}
