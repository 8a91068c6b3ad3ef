//! How figures are told.

use serde_json::Value;

/// Prints one figure as one line of JSON.
#[expect(clippy::print_stdout, reason = "the figures are the program's answer")]
pub fn print(figure: &Value) {
    println!("{figure}");
}

/// A number as a reader wants it: to `digits` places behind the point, and no point without.
pub fn rounded(number: f64, digits: i32) -> Value {
    if digits == 0 {
        return (number.round() as i64).into();
    }
    let scale = 10_f64.powi(digits);
    ((number * scale).round() / scale).into()
}

/// The middle one; with an even count, the higher of the two in the middle.
///
/// # Panics
/// On an empty list.
pub fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    numbers[numbers.len() / 2]
}

/// The number below which so many in a hundred lie.
///
/// # Panics
/// On an empty list.
pub fn percentile(mut numbers: Vec<f64>, percent: usize) -> f64 {
    numbers.sort_by(f64::total_cmp);
    let rank = (numbers.len() * percent).div_ceil(100);
    numbers[rank.saturating_sub(1)]
}

#[cfg(test)]
mod tests {
    use super::{median, percentile, rounded};

    #[test]
    fn outliers_do_not_move_the_median() {
        assert_eq!(median(vec![900.0, 1.0, 3.0]), 3.0);
        assert_eq!(median(vec![2.0]), 2.0);
    }

    #[test]
    fn numbers_are_rounded_not_cut() {
        assert_eq!(rounded(1.2678, 2).to_string(), "1.27");
        assert_eq!(rounded(1467.6, 0).to_string(), "1468");
    }

    #[test]
    fn a_percentile_is_one_of_the_numbers() {
        let numbers: Vec<f64> = (1..=20).rev().map(f64::from).collect();
        assert_eq!(percentile(numbers.clone(), 95), 19.0);
        assert_eq!(percentile(numbers, 100), 20.0);
        assert_eq!(percentile(vec![7.0], 95), 7.0);
    }
}
