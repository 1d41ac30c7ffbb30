//! Truth with a third value.

/// Whether something holds; where that is not known, under which conditions it does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Truth<T> {
    No,
    /// If all of these hold.
    If(Vec<T>),
    Yes,
}

impl<T> Truth<T> {
    pub(super) fn of(holds: bool) -> Self {
        if holds { Self::Yes } else { Self::No }
    }

    pub(super) fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::No, _) | (_, Self::No) => Self::No,
            (Self::Yes, one) | (one, Self::Yes) => one,
            (Self::If(mut all), Self::If(more)) => {
                all.extend(more);
                Self::If(all)
            }
        }
    }

    /// The one that asks for less.
    pub(super) fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::Yes, _) | (_, Self::Yes) => Self::Yes,
            (Self::No, one) | (one, Self::No) => one,
            (Self::If(one), Self::If(other)) => Self::If(if other.len() < one.len() { other } else { one }),
        }
    }
}
