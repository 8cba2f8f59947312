/* The program's entry. */
#include "cli/cli.h"
#include "cli/process.h"

int
main(int argc, char **argv)
{
	process_prepare();
	return cli_main(argc, argv);
}
