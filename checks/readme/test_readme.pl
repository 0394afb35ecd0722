#!/usr/bin/perl
# Runs what the README, or a guide of src/doc, shows. perl test_readme.pl README BIN_DIR INCLUDE_DIR SOURCE_DIR
#
# A block after <!-- file: NAME --> is written to NAME; after <!-- shown: PATH --> it is that file of the tree. In a block marked ```console, a line that starts with "$ " is a
# command, run in an empty folder, and the lines after it are its output, standard output and error together; a line "..."
# stands for any lines, and "..." inside a line for any text. A last line "[exit N]" is the exit status (0 without it).
# Blocks after <!-- not run: REASON --> are left alone, and counted.
use strict;
use warnings;
use File::Temp qw(tempdir);

my ($readme, $bin, $include, $source) = @ARGV;
open(my $in, '<', $readme) or die "$readme: $!";
my @lines = <$in>;
close($in);
my $folder = tempdir(CLEANUP => 1);
chdir($folder) or die $!;
$ENV{PATH} = "$bin:$ENV{PATH}";
$ENV{C_INCLUDE_PATH} = $include;
delete @ENV{qw(NO_COLOR FORCE_COLOR GITHUB_ACTIONS GITHUB_STEP_SUMMARY GRADCHECK_DATA)};
my @tree = qw(fixtures checks src);
symlink("$source/$_", $_) or die $! for @tree;
mkdir('build') or die $!; # as in the tree, where it is not tracked: what the commands write goes there

my ($passed, $failed, $left) = (0, 0, 0);

# ---- figures
#
# Words, verdicts, counts and the order of the lines must be as shown. A figure that carries rounding must be as near to the one
# shown as its error allows, since another BLAS kernel, C library or processor rounds in another way.

my $number = qr/(?<![^\s(=])-?(?:\d[\d,]*(?:\.\d+)?(?:e[-+]?\d+)?|inf)(?=[\s,;:)%]|$)/;

# Of one size: errors and bounds are what is left after cancellation, and may be several times larger elsewhere.
sub is_of_size { my ($a, $b) = @_; return $a == $b || ($a > 0 && $b > 0 && $a / $b < 10 && $b / $a < 10) }

sub is_near { my ($a, $b, $error) = @_; return abs($a - $b) <= $error }

# What a figure may be: by the row that it stands in (its numbers are handed over too) and by the words before it.
my @figures = (
  # [index] analytic numeric bound error-bars
  [qr/^\s*\[[\d,]+\] /, qr//, sub { my ($k, $a, $b, $row) = @_; $k < 2 ? is_near($a, $b, 3 * $row->[2]) : is_of_size($a, $b) }],
  # step, difference, |difference - analytic|, two slopes, truncation, rounding, bound
  [qr/^[>\s]\s+\d\S*\s+-?\d\S*\s+\d\S*e-\d+\s+-?\d/, qr//, sub {
    my ($k, $a, $b, $row) = @_;
    return $a == $b if $k == 0;
    return is_near($a, $b, 3 * $row->[-1]) if $k == 1;
    return is_near($a, $b, 2e-5 * abs($a)) if $k == 3 || $k == 4;
    return $k == 2 || $k == 5 ? $b <= 3 * $a || $b <= 3 * $row->[-1] : is_of_size($a, $b);
  }],
  [qr/ mean \S+(?: \(\S+\))? +bound /, qr/ (?:mean|bound) +$/, sub { is_of_size(@_[1, 2]) }],
  [qr/ mean \S+ +max \S+ +bound /, qr/ (?:mean|max|bound) +$/, sub { is_of_size(@_[1, 2]) }],
  [qr/ digits$/, qr/ $/, sub { is_near(@_[1, 2], 1) }],
  [qr/ below resolution/, qr/ $/, sub { is_near(@_[1, 2], 3 + 0.1 * $_[1]) }],
  [qr/would catch/, qr/ in (?:at least )?$/, sub { is_near(@_[1, 2], 2) }],
  [qr/^\s*\|difference\|/, qr/\|difference\| $/, sub { $_[2] <= 3 * $_[3][2] }],
  [qr/^\s*\|difference\|/, qr/ = $/, sub { $_[2] <= 3 }],
  [qr/ error bars of /, qr/ of $/, sub { is_of_size(@_[1, 2]) }],
  [qr/ noise of /, qr/ outputs $/, sub { is_of_size(@_[1, 2]) }],
  [qr/^\s*order /, qr//, sub { is_near(@_[1, 2], 0.5) }],
  [qr/ verifies /, qr/ verifies $/, sub { is_near(@_[1, 2], 1) }],
  [qr/^\s*(?:analytic|numeric) /, qr//, sub { is_near(@_[1, 2], 1e-9 * abs($_[1])) }],
);

sub figure_fits {
  my ($line, $before, $k, $shown, $found, $row) = @_;
  return 1 if $shown eq $found;
  tr/,//d for $shown, $found;
  for (@figures) {
    my ($rows, $words, $rule) = @$_;
    return $rule->($k, $shown, $found, $row) if $line =~ $rows && $before =~ $words;
  }
  return 0;
}

sub line_fits {
  my ($shown, $output) = @_;
  my ($pattern, $at, @numbers) = ('', 0);
  my $text = sub {
    my $part = join('.*', map { quotemeta } split(/\.\.\./, $_[0], -1));
    $part =~ s/(?:\\\s)+/\\s+/g; # columns are as wide as what is in them
    return $part;
  };
  while ($shown =~ /$number/g) {
    push @numbers, {text => $&, before => substr($shown, 0, $-[0])};
    $pattern .= $text->(substr($shown, $at, $-[0] - $at)) . '(' . $number . ')';
    $at = $+[0];
  }
  $pattern .= $text->(substr($shown, $at));
  $pattern =~ s/^\\>\\s\+/\\s*\\>?\\s+/; # the mark of the step that was chosen
  $pattern =~ s/^\\s\+/\\s*\\>?\\s*/;
  my @found = $output =~ /^$pattern\s*$/ or return 0;
  my @row = map { my $n = $_->{text}; $n =~ tr/,//d; $n } @numbers;
  for my $k (0 .. $#numbers) {
    return 0 unless figure_fits($shown, $numbers[$k]{before}, $k, $numbers[$k]{text}, $found[$k], \@row);
  }
  return 1;
}

# Do the lines of output fit the lines that are shown?
sub lines_fit {
  my ($shown, $output) = @_;
  return @$output == 0 unless @$shown;
  my ($first, @rest) = @$shown;
  if ($first =~ /^\s*\.\.\.\s*$/) {
    for my $skip (0 .. @$output) { return 1 if lines_fit(\@rest, [@$output[$skip .. $#$output]]) }
    return 0;
  }
  return @$output > 0 && line_fits($first, $output->[0]) && lines_fit(\@rest, [@$output[1 .. $#$output]]);
}

# Lines that were broken to fit a terminal, as they were: where they are broken depends on figures, and on what there is to say.
sub unfolded {
  my ($text) = @_;
  $text =~ s/(?<=\S)\n {20}(?=\S)/ /g;        # behind a label
  $text =~ s/^(gradcheck .*)\n {4}(?=\S)/$1 /mg; # the heading
  return split(/\n/, $text);
}

sub fits {
  my ($shown, $output) = @_;
  return lines_fit([unfolded(join("\n", @$shown))], [unfolded($output)]);
}

# The comparison itself, both ways: what another kernel gives, and what is wrong.
my $row = '  PASS  two-layers  b2  10     10/10      mean 5.45e-11   max 1.22e-10   bound 5.44e-10';
my @pairs = (
  [1, $row, $row =~ s/5\.45e-11/9.1e-11/r], [0, $row, $row =~ s/5\.45e-11/9.1e-09/r], [0, $row, $row =~ s/PASS/FAIL/r],
  [0, $row, $row =~ s{10/10}{9/10}r], [0, $row, $row =~ s/bound 5.44e-10/bound inf/r], [0, $row, $row =~ s/ b2 / b1 /r],
  [1, "$row    50 below resolution", "$row    51 below resolution"], [0, "$row    50 below resolution", "$row    70 below resolution"],
  [1, '   [7]  1.23e-02  2.46e-02  4.1e-05  3.0e+02', '   [7]  1.23e-02   2.4601e-02  5e-05   2.4e+02'],
  [0, '   [7]  1.23e-02  2.46e-02  4.1e-05  3.0e+02', '   [7]  1.23e-02   2.56e-02  5e-05   2.4e+02'],
  [1, 'PASS  2 cases: 2 pass · ...', 'PASS  2 cases: 2 pass · 0.1 s'], [0, 'PASS  2 cases: 2 pass · ...', 'PASS  3 cases: 2 pass · 0.1 s'],
  [1, "   rule   some words\n" . ' ' x 20 . 'and more', "   rule   some\n" . ' ' x 20 . "words and\n" . ' ' x 20 . 'more'],
  [0, "   rule   some words\n" . ' ' x 20 . 'and more', "   rule   some\n" . ' ' x 20 . 'words or more'],
  [1, 'gradcheck 0 · seed 0 · OpenBLAS ...', "gradcheck 0 · seed 0 · OpenBLAS (as\n    it is)"],
  [1, "a\n...\nd", "a\nb\nc\nd"], [0, "a\n...\nd", "a\nb\nc"], [0, 'a', "a\nb"],
);
for (@pairs) {
  my ($wanted, $shown, $output) = @$_;
  die "the comparison is wrong (should be $wanted):\n$shown\n$output\n" if (fits([split(/\n/, $shown)], "$output\n") ? 1 : 0) != $wanted;
}

sub run_block {
  my ($at, @block) = @_;
  while (@block) {
    my $command = shift @block;
    $command =~ s/^\$ // or die "$readme line $at: the first line of a console block is no command: $command";
    while ($command =~ s/\\\n?$//) { $command .= shift @block }
    my @shown;
    push @shown, shift @block while @block && $block[0] !~ /^\$ /;
    my $wanted = 0;
    pop @shown while @shown && $shown[-1] =~ /^\s*$/;
    if (@shown && $shown[-1] =~ /^\[exit (\d+)\]$/) { $wanted = $1; pop @shown }
    my $output = `( $command ) 2>&1`;
    my $status = $? >> 8;
    if ($status == $wanted && fits(\@shown, $output)) { $passed++; next }
    $failed++;
    print "$readme line $at: \$ $command\n exit status $status (shown: $wanted)\n--- shown\n", map({ "$_\n" } @shown), "--- is\n$output";
  }
}

sub compare_block {
  my ($at, $path, @block) = @_;
  open(my $file, '<', "$source/$path") or die "$readme line $at: $path: $!";
  my $text = join('', <$file>);
  close($file);
  if ($text eq join('', @block)) { $passed++; return }
  $failed++;
  print "$readme line $at: is not $path as it stands\n";
}

my ($file, $shown, $skip);
for (my $i = 0; $i < @lines; $i++) {
  if ($lines[$i] =~ /^<!-- file: (\S+) -->/) { $file = $1; next }
  if ($lines[$i] =~ /^<!-- shown: (\S+) -->/) { $shown = $1; next }
  if ($lines[$i] =~ /^<!-- not run: /) { $skip = 1; next }
  next unless $lines[$i] =~ /^```(\w*)/;
  my ($kind, $at) = ($1, $i + 1);
  my @block;
  for ($i++; $i < @lines && $lines[$i] !~ /^```/; $i++) { push @block, $lines[$i] }
  if (defined $file) {
    open(my $out, '>', $file) or die "$file: $!";
    print $out @block;
    close($out);
  } elsif (defined $shown) {
    compare_block($at, $shown, @block);
  } elsif ($skip) {
    $left++;
  } else {
    die "$readme line $at: a block is neither a file, nor a console block, nor marked as not run\n" if $kind ne 'console';
    chomp @block;
    run_block($at, @block);
  }
  undef $file;
  undef $shown;
  undef $skip;
}
my %known = map { $_ => 1 } @tree, 'build';
for (grep { !$known{$_} } glob('* .[!.]*')) { $failed++; print "$readme: its commands leave $_ in the tree\n" }
print "blocks left alone: $left\n";
print "$passed passed, $failed failed\n";
exit($failed == 0 && $passed > 0 ? 0 : 1);
