#!/usr/bin/perl
# The house plan, held: what a room of src/ may include, no circles, one header a file, one name a type; a built-in layer
# is a file and a row of the registry, and nothing else knows it.
#
#   perl test_house.pl SOURCE_DIR OBJECT_DIR     OBJECT_DIR: where the objects of src/ were built
#   perl test_house.pl --self-test FOLDER        every rule on a small tree of its own: right, and broken in one place
use strict;
use warnings;
use File::Basename qw(basename dirname);
use File::Path qw(make_path);

# What a room needs, besides itself and the public headers. `cli` is a program on the library: public
# headers alone, besides its options and what it asks of the system.
my %needs = (
  core     => [],
  instance => [qw(core)],
  numeric  => [qw(core)],
  result   => [qw(core instance)],
  summary  => [qw(core instance result)],
  start    => [qw(core instance)],
  measure  => [qw(core instance start numeric result)],
  cost     => [qw(core instance)],
  calls    => [qw(core instance numeric result start measure)],
  probe    => [qw(core instance cost numeric result start measure calls)],
  pattern  => [qw(core instance numeric result start measure)],
  batch    => [qw(core instance numeric result start measure)],
  lines    => [qw(core instance cost numeric result start measure pattern)],
  blocks   => [qw(core instance cost numeric result start measure pattern lines)],
  decide   => [qw(core blocks instance cost numeric result start measure pattern lines batch)],
  screen   => [qw(core instance cost numeric result start measure pattern lines batch decide)],
  evidence => [qw(core instance cost numeric result start measure pattern lines batch decide)],
  routes   => [qw(core instance cost numeric result start measure pattern lines batch decide evidence)],
  values   => [qw(core instance cost numeric result start measure pattern lines batch decide evidence)],
  diagnose => [qw(core instance cost numeric result start measure pattern lines batch decide evidence routes values)],
  compare  => [qw(core instance result start measure)],
  crash    => [qw(core instance result)],
  claims   => [qw(core instance numeric result start measure)],
  exposure => [qw(core instance cost numeric result start measure pattern lines batch decide screen)],
  reach    => [qw(core instance result start measure)],
  check    => [qw(core instance cost numeric result start measure pattern lines batch decide screen calls probe evidence routes values diagnose compare claims reach exposure)],
  run      => [qw(core blocks instance result exposure crash start measure reach check)],
  report   => [qw(core instance result summary reach)],
  author   => [qw(core report)],
  mutate   => [qw(core result report author)],
  layers   => [qw(core instance)],
  suite    => [qw(core instance cost numeric result summary start measure pattern lines batch decide screen calls probe evidence routes values diagnose compare crash claims reach exposure check run report layers network training)],
  network  => [qw(core instance cost layers)],
  training => [qw(core instance)],
  options  => [],
  process  => [],
  cli      => [qw(options process)],
);
# Who checks knows nothing of BLAS; reports say which there was.
my %may_name_blas = map { $_ => 1 } qw(report layers network suite options cli gradcheck);
my %is_large = map { $_ => 1 } qw(report layers suite); # many things of one kind
my ($most_columns, $most_lines_of_file, $most_lines_of_room) = (120, 450, 3500);
my %top = map { $_ => 1 }
  qw(src checks fixtures reports CMakeLists.txt CMakePresets.json README.md LICENSE CHANGELOG.md action.yml build);

my ($passed, @wrong) = (0);

sub check { my ($holds, $message) = @_; $holds ? $passed++ : push(@wrong, $message); return $holds }

sub read_file {
  my ($path) = @_;
  open(my $in, '<', $path) or die "$path: $!\n";
  local $/;
  return scalar <$in>;
}

sub without_comments { my ($text) = @_; $text =~ s{//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"}{ }gs; return $text }

# The nodes of a directed graph that lie on circles, in groups: Tarjan's strongly connected components.
sub circles {
  my ($edges) = @_;
  my ($next, %index, %low, @stack, %on_stack, @found) = (0);
  my $visit;
  $visit = sub {
    my ($v) = @_;
    $index{$v} = $low{$v} = $next++;
    push @stack, $v;
    $on_stack{$v} = 1;
    for my $w (sort keys %{$edges->{$v} // {}}) {
      if (!defined $index{$w}) { $visit->($w); $low{$v} = $low{$w} if $low{$w} < $low{$v} }
      elsif ($on_stack{$w}) { $low{$v} = $index{$w} if $index{$w} < $low{$v} }
    }
    return if $low{$v} != $index{$v};
    my @group;
    do { push @group, pop @stack; $on_stack{$group[-1]} = 0 } until $group[-1] eq $v;
    push @found, [sort @group] if @group > 1;
  };
  no warnings 'recursion';
  for (sort keys %$edges) { $visit->($_) if !defined $index{$_} }
  return @found;
}

sub report_circles {
  my ($edges, $how) = @_;
  for my $group (circles($edges)) {
    my %in = map { $_ => 1 } @$group;
    my @arrows;
    for my $from (@$group) {
      push @arrows, map { "$from -> $_ ($edges->{$from}{$_})" } grep { $in{$_} } sort keys %{$edges->{$from}};
    }
    check(0, "src/: these $how each other in a circle:\n    " . join("\n    ", @arrows));
  }
  $passed++;
}

# The room and the file, without .c, that an object was made of; '' where there is none of them in src/. A room's own target
# has its objects in src/ROOM/CMakeFiles/TARGET.dir, those of the library in src/CMakeFiles/TARGET.dir/ROOM.
sub source_of {
  my ($root, $object) = @_;
  my $name = basename($object) =~ s/\.c\.o(bj)?$//r;
  for my $room (basename(dirname($object)), $object =~ m{/([^/]+)/CMakeFiles/[^/]+/[^/]+$}) {
    return "$room/$name" if -e "$root/src/$room/$name.c";
  }
  return '';
}

# Who defines and who needs a symbol: room/file (without .c), from the objects that have a source.
sub read_symbols {
  my ($root, $objects) = @_;
  my (%defined, %needed, %functions);
  my %node_of;
  for my $line (split /\n/, `find '$objects' -name '*.c.o' -o -name '*.c.obj' | xargs nm -A`) {
    my ($object, $kind, $symbol) = $line =~ /^(.*?):.* ([A-Za-z]) (\S+)$/ or next;
    my $node = $node_of{$object} //= source_of($root, $object);
    next if $node eq '';
    if ($kind eq 'U') { $needed{$node}{$symbol} = 1 }
    elsif ($kind =~ /^[TDBRVWC]$/) { $defined{$symbol} = $node }
    $functions{$symbol} = 1 if $kind eq 'T';
  }
  return (\%defined, \%needed, \%functions);
}

# The functions that a header declares.
sub declarations {
  my ($text) = @_;
  $text =~ s/extern "C" \{//g;
  $text = without_comments($text);
  $text =~ s/^\s*#(?:[^\n]*\\\n)*[^\n]*//gm;
  1 while $text =~ s/\{[^{}]*\}/ /g; # structs, enums, and the bodies of inline functions
  $text =~ s/\btypedef\b[^;]*;/;/g;
  return $text =~ /\b(gchk_\w+)\s*\([^;]*;/g;
}

# The layers that the objects define, by their ids. Each has a row; only the registry reaches it by its symbol, and no one
# asks for it by its name.
sub check_layers {
  my ($defined, $needed, $texts) = @_;
  my %layers;
  for my $symbol (sort keys %$defined) {
    my ($layer) = $symbol =~ /^gchk_layer_(\w+)_f(?:64|32)$/ or next;
    $layers{$layer} = 1;
    check($needed->{'layers/registry'}{$symbol}, "src/$defined->{$symbol}.c: $symbol has no row in layers/registry.c");
    my ($other) = grep { $_ ne 'layers/registry' && $_ ne $defined->{$symbol} && $needed->{$_}{$symbol} } sort keys %$needed;
    check(!defined $other, "src/" . ($other // '') . ".c: reaches for the layer $layer; the registry finds layers");
  }
  for my $path (sort keys %$texts) {
    my ($name) = grep { $layers{$_} } $texts->{$path} =~ /\bstrn?(?:case)?cmp\s*\([^;]*?"(\w+)"/g;
    check(!defined $name, "$path: asks whether a layer is " . ($name // '') . "; what differs is in the layer's table");
  }
  return scalar(keys %layers);
}

sub check_tree {
  my ($root, $objects) = @_;
  ($passed, @wrong) = (0);
  my (%seen, %includes, %types, %clones, %lines_of_room, %declared, %texts);
  my @public = glob("$root/src/include/gradcheck/*.h");
  for my $path (glob("$root/src/*/*.[ch]"), @public) {
    my ($room, $name) = $path =~ m{/src/(?:include/)?([^/]+)/([^/]+)$};
    my ($text, $node) = (read_file($path), "$room/" . $name =~ s/\.[ch]$//r);
    check(!$seen{$name}, "$path: there is another file of this name: " . ($seen{$name} // ''));
    $seen{$name} = $path;
    $texts{$path} = $text;
    my $lines = () = $text =~ /\n/g;
    $lines_of_room{$room} += $lines;
    check($lines <= $most_lines_of_file, "$path: $lines lines; one idea a file, at most $most_lines_of_file");
    my ($long) = grep { length(tr/\x80-\xbf//dr) > $most_columns } split(/\n/, $text);
    check(!defined $long, "$path: a line of more than $most_columns columns: " . ($long // ''));
    check($may_name_blas{$room} || $node eq 'run/child_environment' || $text !~ /cblas|openblas/i, "$path: names BLAS");
    $includes{$node} //= {};
    for my $target ($text =~ /^\s*#\s*include\s+"([^"]+)"/gm) {
      my ($place) = $target =~ m{^([^/]+)/};
      $place //= $room;
      $includes{$node}{$1} = 'includes it' if $target =~ m{^(.*)\.h$} && $1 ne $node && $place ne 'gradcheck';
      if ($place eq 'gradcheck') { $passed++ }
      elsif ($room eq 'gradcheck') { check(0, "$path: a public header includes $target") }
      elsif (!$needs{$room}) { check(0, "$path: the house plan knows no room $room") }
      else { check($place eq $room || scalar(grep { $_ eq $place } @{$needs{$room}}),
                   "$path: $room/ may not include $target") }
    }
    my $bare = without_comments($text);
    for my $type ($bare =~ /\b(?:struct|union|enum)\s+(gchk_\w+)\s*\{/g) {
      check(!$types{$type}, "$path: there is another type $type: " . ($types{$type} // ''));
      $types{$type} = $path;
    }
    # clang gives what chooses among its versions a name that other files see
    for my $clone ($bare =~ /\bGCHK_CLONES\s+static\s[\w\s*]*?(REAL\(\w+\)|\w+)\s*\(/g) {
      check(!$clones{$clone}, "$path: there is another function $clone for several instruction sets: " . ($clones{$clone} // ''));
      $clones{$clone} = $path;
    }
    $declared{$_}{$room eq 'gradcheck' ? 'public' : $node} = $path for $name =~ /\.h$/ ? declarations($text) : ();
  }
  for my $room (sort keys %lines_of_room) {
    check($is_large{$room} || $room eq 'gradcheck' || $lines_of_room{$room} <= $most_lines_of_room,
          "src/$room: $lines_of_room{$room} lines, of at most $most_lines_of_room: it is more than one room");
  }
  report_circles(\%includes, 'include');

  my ($defined, $needed, $functions) = read_symbols($root, $objects);
  my %calls;
  for my $node (keys %$needed) {
    for my $symbol (sort keys %{$needed->{$node}}) {
      my $owner = $defined->{$symbol};
      $calls{$node}{$owner} = $symbol if defined $owner && $owner ne $node;
    }
  }
  check(scalar(keys %$defined), "$objects: no objects of src/ are there");
  report_circles(\%calls, 'call');
  check(check_layers($defined, $needed, \%texts) > 0, "$objects: no layers are there");
  for my $function (sort keys %declared) {
    my $owner = $defined->{$function};
    for my $header (sort keys %{$declared{$function}}) {
      next if $header eq 'public' || !defined $owner;
      check($header eq $owner, "$declared{$function}{$header}: declares $function of $owner.c");
    }
  }
  for my $function (sort grep { /^gchk_/ } keys %$functions) {
    check($declared{$function}, "src/$defined->{$function}.c: no header declares $function");
  }

  opendir(my $dir, $root) or die "$root: $!\n";
  for (grep { !/^\./ } readdir $dir) { check($top{$_}, "$_ does not belong at the top") }
  closedir($dir);
  die "no files\n" if !%seen;
  return @wrong;
}

# A tree of two rooms that obeys every rule, and one that breaks each.
sub self_test {
  my ($folder) = @_;
  my %right = (
    'src/include/gradcheck/door.h' => "typedef struct gchk_door { int a; } gchk_door;\nint gchk_open(gchk_door *d);\n",
    'src/core/base.h'              => "int gchk_base(void);\n",
    'src/core/base.c'              => "#include \"core/base.h\"\nint gchk_base(void) { return 1; }\n",
    'src/measure/top.h'            => "typedef struct gchk_top { int b; } gchk_top;\nint gchk_top_of(gchk_top *t);\n",
    'src/measure/top.c'            => "#include \"measure/top.h\"\n#include \"core/base.h\"\n"
      . "int gchk_top_of(gchk_top *t) { return t->b + gchk_base(); }\n",
    'src/layers/one.c'      => "extern const int gchk_layer_one_f64;\nconst int gchk_layer_one_f64 = 1;\n",
    'src/layers/registry.c' => "extern const int gchk_layer_one_f64;\nconst int *const rows[] = {&gchk_layer_one_f64};\n",
    'src/measure/driver.h' => "int gchk_drive(void);\n",
    'src/measure/driver.c' => "#include \"gradcheck/door.h\"\n#include \"measure/driver.h\"\n#include \"measure/top.h\"\n"
      . "int gchk_open(gchk_door *d) { return d->a; }\nint gchk_drive(void) { gchk_top t = {1}; return gchk_top_of(&t); }\n",
  );
  my @broken = (
    ['a room above',      'src/core/other.c',  sub { "#include \"measure/top.h\"\n" }, qr/core\/ may not include/],
    ['a public header',   'src/include/gradcheck/door.h', sub { "#include \"core/base.h\"\n$_[0]" }, qr/a public header includes/],
    ['circle of calls',   'src/measure/top.c', sub { "int gchk_drive(void);\n" . $_[0] =~ s/return /return gchk_drive() + /r },
      qr/call each other in a circle/],
    ['circle of headers', 'src/measure/top.h', sub { "#include \"measure/driver.h\"\n$_[0]" }, qr/include each other in a circle/],
    ['type twice',        'src/core/base.h',   sub { "struct gchk_top { int c; };\n$_[0]" }, qr/another type gchk_top/],
    ['clone twice',       'src/core/base.c',
      sub { "GCHK_CLONES static void scale(void) {}\n$_[0]GCHK_CLONES static void REAL(scale)(void) {}\nGCHK_CLONES static void scale(void);\n" },
      qr/another function scale for/],
    ['header of another', 'src/core/base.h',   sub { "$_[0]int gchk_drive(void);\n" }, qr/declares gchk_drive of/],
    ['undeclared',        'src/core/base.c',   sub { "$_[0]int gchk_hidden(void) { return 2; }\n" }, qr/no header declares gchk_hidden/],
    ['long file',         'src/core/base.c',   sub { $_[0] . "\n" x 451 }, qr/lines; one idea a file/],
    ['long line',         'src/core/base.c',   sub { $_[0] . '// ' . 'x' x 118 . "\n" }, qr/more than 120 columns/],
    ['BLAS',              'src/core/base.c',   sub { "$_[0]// cblas_dgemm\n" }, qr/names BLAS/],
    ['layer without a row', 'src/layers/two.c', sub { "extern const int gchk_layer_two_f64;\nconst int gchk_layer_two_f64 = 2;\n" },
      qr/gchk_layer_two_f64 has no row/],
    ['layer reached for', 'src/measure/top.c',
      sub { "extern const int gchk_layer_one_f64;\n" . $_[0] =~ s/return /return gchk_layer_one_f64 + /r },
      qr/reaches for the layer one/],
    ['switch over layers', 'src/core/base.c',
      sub { "#include <string.h>\nstatic int is_one(const char *s) { return !strcmp(s, \"one\"); }\n$_[0]" },
      qr/asks whether a layer is one/],
    ['name twice',        'src/core/top.c',    sub { "int x;\n" }, qr/another file of this name/],
    ['at the top',        'notes.txt',         sub { "\n" }, qr/does not belong at the top/],
    ['unknown room',      'src/attic/old.c',   sub { "#include \"attic/old.h\"\n" }, qr/knows no room attic/],
  );
  my $failed = 0;
  for my $case (['nothing', '', undef, undef], @broken) {
    my ($what, $file, $change, $expected) = @$case;
    my $tree = "$folder/" . ($what =~ tr/ /_/r);
    system('rm', '-rf', $tree);
    my %files = %right;
    $files{$file} = $change->($files{$file} // '') if $change;
    for my $path (sort keys %files) {
      make_path(dirname("$tree/$path"));
      open(my $out, '>', "$tree/$path") or die "$tree/$path: $!\n";
      print $out $files{$path};
      close($out);
    }
    for my $source (grep { /\.c$/ && -e "$tree/$_" } sort keys %files) {
      my $object = "$tree/build/x.dir/" . $source =~ s{^src/}{}r . '.o';
      make_path(dirname($object));
      system("cc -w -c '-I$tree/src' '-I$tree/src/include' -o '$object' '$tree/$source' 2>/dev/null"); # a broken one need not compile
    }
    my @found = check_tree($tree, "$tree/build");
    my $is_right = defined $expected ? (@found > 0 && !grep { !/$expected/ } @found) : !@found;
    next if $is_right;
    $failed++;
    print "$what: found ", @found ? join("\n  ", @found) : 'nothing', "\n";
  }
  print @broken + 1 - $failed, " passed, $failed failed\n";
  return $failed;
}

if ($ARGV[0] eq '--self-test') { exit(self_test($ARGV[1]) ? 1 : 0) }
my @found = check_tree(@ARGV);
print map { "$_\n" } @found;
print "$passed passed, ", scalar(@found), " failed\n";
exit(@found ? 1 : 0);
