//! Which CWEs say enough to tell that two tools mean the same.
//!
//! MITRE maps real weaknesses to bases and variants; pillars, most classes and all categories are discouraged or prohibited
//! for that (CWE 4.15, "Vulnerability Mapping Notes"): two rules that name one of those may mean quite different things.

/// Pillars, classes and categories, and a few bases that tools use for everything of a kind; ascending.
const UMBRELLAS: &[u32] = &[
    2, 16, 17, 18, 19, 20, 21, 74, 75, 77, 96, 99, 114, 116, 118, 119, 123, 138, 172, 185, 189, 199, 200,
    221, 227, 228, 229, 254, 255, 264, 265, 269, 271, 275, 282, 284, 285, 286, 287, 300, 310, 311, 320, 326,
    327, 330, 340, 345, 346, 358, 361, 362, 371, 376, 387, 388, 389, 390, 391, 398, 399, 400, 402, 404, 405,
    406, 407, 417, 424, 429, 435, 436, 438, 441, 442, 446, 451, 452, 455, 465, 485, 488, 489, 506, 507, 511,
    514, 522, 525, 531, 538, 540, 544, 546, 547, 550, 552, 557, 573, 576, 577, 578, 592, 602, 610, 629, 635,
    636, 637, 638, 642, 653, 655, 656, 657, 662, 664, 665, 666, 667, 668, 669, 670, 671, 672, 673, 675, 682,
    684, 691, 693, 696, 697, 699, 700, 702, 703, 704, 705, 706, 707, 710, 711, 732, 733, 754, 755, 758, 799,
    807, 829, 834, 840, 862, 863, 877, 881, 896, 902, 909, 912, 913, 922, 923, 937, 943, 944, 957, 962, 1000,
    1008, 1026, 1035, 1039, 1059, 1061, 1068, 1071, 1076, 1078, 1093, 1104, 1120, 1128, 1164, 1173, 1177,
    1195, 1198, 1212, 1229, 1263, 1357, 1384, 1391, 1395,
];

/// Kinds of a weakness that tools name as often as the weakness itself (CWE 4.15, "ChildOf"): the kind, and what it is one of.
const KINDS: &[(u32, u32)] = &[
    (23, 22),
    (36, 22),
    (80, 79),
    (81, 79),
    (83, 79),
    (87, 79),
    (95, 94),
    (259, 798),
    (321, 798),
    (564, 89),
];

/// The CWE under which a tool's is compared: what it is a kind of, else itself.
pub fn base(number: u32) -> u32 {
    KINDS.iter().find(|(kind, _)| *kind == number).map_or(number, |(_, base)| *base)
}

/// Whether a CWE is specific enough to correlate by.
pub fn is_specific(number: u32) -> bool {
    number > 0 && UMBRELLAS.binary_search(&number).is_err()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn umbrellas_say_too_little() {
        assert!(UMBRELLAS.is_sorted_by(|one, next| one < next));
        assert!(KINDS.iter().all(|(_, base)| is_specific(*base) && super::base(*base) == *base));
        assert_eq!((base(259), base(798), base(89)), (798, 798, 89));
        for number in [0, 16, 20, 74, 200, 284, 287, 326, 327, 400, 693, 703, 710, 862, 1035] {
            assert!(!is_specific(number), "CWE-{number}");
        }
        for number in
            [22, 78, 79, 89, 94, 95, 295, 321, 328, 338, 352, 377, 502, 601, 611, 614, 798, 918, 1004, 1333]
        {
            assert!(is_specific(number), "CWE-{number}");
        }
    }
}
